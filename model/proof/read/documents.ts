/** From the engine's documents to resources: `pulumi preview --json --show-sames` and `pulumi stack export`. */
import type { Undetermined } from "../network.ts";
import { fieldsOf, isRecord, type Properties, type Resource } from "./resource.ts";

/** Resources of one stack or of many, and what the documents themselves leave open. */
export interface Documents {
  readonly resources: readonly Resource[];
  readonly undetermined: readonly Undetermined[];
}

/** Thrown for JSON that is neither a preview nor a state; the message says what was expected. */
export class DocumentError extends Error {
  override readonly name = "DocumentError";
}

/** Several stacks as one. */
export function joined(documents: readonly Documents[]): Documents {
  return {
    resources: documents.flatMap(({ resources }) => resources),
    undetermined: documents.flatMap(({ undetermined }) => undetermined),
  };
}

/** Steps that leave nothing behind. */
const removing = new Set(["delete", "delete-replaced", "discard", "discard-replaced", "read-discard"]);

/**
 * What a stack will be after the update that a preview shows. Without `--show-sames` the engine leaves unchanged resources out, which
 * this cannot see: the caller passes it. Throws {@link DocumentError}.
 */
export function fromPreview(document: unknown): Documents {
  if (!isRecord(document)) throw new DocumentError("a preview is a JSON object with `steps`");
  // A stack that holds nothing and makes nothing has no steps at all.
  const steps = Array.isArray(document.steps) ? document.steps : [];
  // A replacement is told twice, as it is made and as a whole: one state is left of it.
  const states = new Map<string, Resource>();
  for (const step of steps) {
    const { op, newState, oldState } = fieldsOf(step);
    if (removing.has(String(op)) || !isRecord(newState)) continue;
    const resource = resourceOf({ ...newState, ...keptOf(String(op), fieldsOf(oldState)) });
    if (resource !== undefined) states.set(resource.urn, resource);
  }
  return { resources: [...states.values()], undetermined: [] };
}

/** Of a resource that stays, the engine tells id and outputs in its old state alone; an update keeps the id, and may change any output. */
function keptOf(op: string, { id, outputs }: Properties): Properties {
  if (op === "same" || op === "refresh" || op === "read") return { id, outputs };
  return op === "update" ? { id } : {};
}

/**
 * What a stack deployed: an export, or a checkpoint as the file backend keeps it. Operations that a killed run left open, and
 * resources that still wait for their deletion, are undetermined: nobody knows whether they are there. Throws {@link DocumentError}.
 */
export function fromState(document: unknown): Documents {
  const deployment = deploymentOf(document);
  const entries = Array.isArray(deployment.resources) ? deployment.resources : [];
  const states = entries.filter(isRecord);
  const doomed = states.filter((state) => state.delete === true);
  const pending = (Array.isArray(deployment.pending_operations) ? deployment.pending_operations : []).filter(
    isRecord,
  );
  return {
    resources: states.filter((state) => state.delete !== true).flatMap((state) => resourceOf(state) ?? []),
    undetermined: [
      ...doomed.map((state) => open(state, "waits for its deletion, and may still be there")),
      ...pending.map(({ resource, type }) =>
        open(fieldsOf(resource), `a run ended while ${String(type)} it: archipel recover`),
      ),
    ],
  };
}

function deploymentOf(document: unknown): Properties {
  const { deployment, checkpoint } = fieldsOf(document);
  if (isRecord(deployment)) return deployment;
  // A stack that never was up has a checkpoint without its latest deployment.
  if (isRecord(checkpoint)) return fieldsOf(checkpoint.latest);
  throw new DocumentError("a state is a JSON object with `deployment` or `checkpoint`");
}

function open(state: Properties, why: string): Undetermined {
  const urn = String(state.urn);
  return { origin: { resource: urn, stack: stackOf(urn) }, property: "state", why };
}

function resourceOf(state: Properties): Resource | undefined {
  const { urn, type, id, parent } = state;
  if (typeof urn !== "string" || typeof type !== "string") return undefined;
  return {
    urn,
    type,
    name: urn.slice(urn.lastIndexOf("::") + 2),
    stack: stackOf(urn),
    id: typeof id === "string" && id !== "" ? id : undefined,
    inputs: fieldsOf(state.inputs),
    outputs: fieldsOf(state.outputs),
    parent: typeof parent === "string" && parent !== "" ? parent : undefined,
    dependencies: texts(state.dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(fieldsOf(state.propertyDependencies)).map(([key, value]) => [key, texts(value)]),
    ),
  };
}

/** `urn:pulumi:<stack>::<project>::…` */
export function stackOf(urn: string): string {
  return urn.split("::", 1)[0]?.slice("urn:pulumi:".length) ?? "";
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
