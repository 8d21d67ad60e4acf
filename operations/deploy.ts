/** Takes an estate's stacks up, previews them or takes them down, in the order that their contracts ask for. */
import { join } from "node:path";
import type { Estate } from "../model/estate/index.ts";
import { deploymentOrder, type StackKind, stackKinds, stackName } from "../stacks/stack-names.ts";
import { ensureStack, estatePath } from "./embedded/stacks.ts";
import { checkout } from "./embedded/world.ts";
import { nameOf, type Outcome, requireSuccess, runEngine, type Workspace } from "./engine/engine.ts";
import { allEnded, VisibleError } from "./errors.ts";
import { needsRecovery, type Recovery, recover } from "./recover/recover.ts";
import type { Progress } from "./terminal.ts";

/** An estate in a workspace: what all operations are about. */
export interface Deployment {
  readonly workspace: Workspace;
  readonly place: "embedded" | "account";
  readonly folder: string;
  readonly estate: Estate;
  readonly progress: Progress;
  /** Whether updates and previews are judged by the policies; they are unless it says otherwise. */
  readonly policies?: "on" | "off";
}

export type Operation = "up" | "preview" | "destroy";

/** The policies that every up and preview runs under: all packs, in one process. */
export const policyPack = join(checkout, "policies", "archipel");

function packFor({ policies = "on" }: Deployment): string | undefined {
  return policies === "on" ? policyPack : undefined;
}

/** Makes a stack of the embedded world if need be; on an account stacks are the organisation's own. */
async function prepare({ workspace, place, folder, estate }: Deployment, kind: StackKind): Promise<string> {
  const name = stackName(estate.organisation.organisation, kind);
  if (place === "embedded") {
    await ensureStack(workspace, name, { "archipel:estate": estatePath(workspace.world, folder) });
  }
  return name;
}

/**
 * Runs one operation on the stacks asked for; those of one wave side by side. A wave that fails stops the next ones, after
 * the others of the same wave have ended. Returns the outcomes, in the order of the stacks.
 *
 * The foundation goes up before what stands on it, and what it no longer declares is still held there: it goes in a second run, after the
 * others have let go of it.
 */
export async function runStacks(
  deployment: Deployment,
  operation: Operation,
  only: StackKind | readonly StackKind[] = stackKinds,
): Promise<readonly Outcome[]> {
  const asked = [only].flat();
  const order = deploymentOrder
    .map((wave) => wave.filter((kind) => asked.includes(kind)))
    .filter((wave) => wave.length > 0);
  if (operation === "destroy") order.reverse();
  const again: StackKind[] = ["foundation"];
  deployment.progress.expect(order.flat().length);
  const outcomes: Outcome[] = [];
  for (const wave of order) {
    const ended = await allEnded(
      wave.map((kind) =>
        runStack(deployment, operation, kind, { leaves: asked.length > 1 && wave !== again }),
      ),
    );
    outcomes.push(...ended.map(({ outcome }) => outcome));
    if (ended.some(({ left }) => left)) {
      deployment.progress.expect(1);
      order.push(again);
    }
  }
  return outcomes;
}

/** With `leaves`, a foundation keeps what it no longer declares; `left` says that there is such. */
async function runStack(
  deployment: Deployment,
  operation: Operation,
  kind: StackKind,
  { leaves }: { readonly leaves: boolean },
): Promise<{ readonly outcome: Outcome; readonly left: boolean }> {
  const stack = await prepare(deployment, kind);
  let exclude: readonly string[] = [];
  const outcome = await deployment.progress.step(`${operation} ${stack}`, async (tell) => {
    if (operation !== "preview") await recoverIfNeeded(deployment, stack);
    const keeps = leaves && kind === "foundation";
    if (operation === "up" && (keeps || packFor(deployment) !== undefined)) {
      const preview = await requirePermission(deployment, stack);
      if (keeps) exclude = deletions(preview);
    }
    const result = await runEngine(deployment.workspace, operation, stack, {
      policyPack: operation === "destroy" ? undefined : packFor(deployment),
      exclude,
      onProgress: (done) => tell(`${done} resources`),
    });
    requireSuccess(
      result,
      operation === "up" ? "taking up" : operation === "destroy" ? "taking down" : "previewing",
    );
    requireVerdicts(result);
    return { result, summary: describe(result) };
  });
  return { outcome, left: exclude.length > 0 };
}

/**
 * Previews an update under the policies. During an update the engine asks them about the whole stack only when everything is made, which is too
 * late: what is refused must be refused before the first call.
 */
async function requirePermission(deployment: Deployment, stack: string): Promise<Outcome> {
  const preview = await runEngine(deployment.workspace, "preview", stack, {
    policyPack: packFor(deployment),
  });
  requireSuccess(preview, "previewing");
  requireVerdicts(preview);
  return preview;
}

function deletions({ steps }: Outcome): readonly string[] {
  return steps.filter(({ op }) => op === "delete").map(({ urn }) => urn);
}

/** Puts a stack right when a run of it was killed, and says what was done. */
export async function recoverIfNeeded({ workspace, progress }: Deployment, stack: string): Promise<void> {
  if (needsRecovery(workspace, stack) !== "yes") return;
  progress.line(`  ${describeRecovery(await recover(workspace, stack))}`);
}

/** A mandatory policy that could not run is reported as advice, with success: here it fails. */
export function requireVerdicts(outcome: Outcome): void {
  const undetermined = outcome.violations.filter(({ message }) => message.includes("can't run policy"));
  if (undetermined.length === 0) return;
  throw new VisibleError(
    "policy-undetermined",
    `policies of ${outcome.stack} could not decide${undetermined.map(({ policy, message }) => `\n  ${policy}: ${message.trim()}`).join("")}`,
    "A policy that meets an unknown value has no verdict, and no verdict is no permission.",
  );
}

/** Fails unless a preview found nothing to do. */
export function requireClean(outcomes: readonly Outcome[]): void {
  const changing = outcomes.filter(({ steps }) => steps.length > 0);
  if (changing.length === 0) return;
  throw new VisibleError(
    "preview-not-clean",
    `a preview right after finds something to change\n${changing.map((outcome) => `  ${outcome.stack}: ${describeSteps(outcome)}`).join("\n")}`,
  );
}

/** `12 create, 1 update, 300 same`; `nothing to change` when all stays. */
export function describe(outcome: Outcome): string {
  const counts = new Map<string, number>();
  for (const { op } of outcome.steps) counts.set(op, (counts.get(op) ?? 0) + 1);
  const changes = [...counts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([op, count]) => `${count} ${op}`);
  if (changes.length === 0) return `nothing to change, ${outcome.same} same`;
  return [...changes, `${outcome.same} same`].join(", ");
}

/** The first resources that change, by name, with the properties that differ. */
export function describeSteps({ steps }: Pick<Outcome, "steps">, limit = 20): string {
  const shown = steps.slice(0, limit).map(({ op, urn, type, differs }) => {
    const properties = differs.length === 0 ? "" : ` [${differs.join(", ")}]`;
    return `${op} ${type} ${nameOf(urn)}${properties}`;
  });
  return [...shown, ...(steps.length > limit ? [`and ${steps.length - limit} more`] : [])].join("; ");
}

export function describeRecovery({ stack, orphans, locks, settlements }: Recovery): string {
  const count = (kind: string): number => settlements.filter((settlement) => settlement.kind === kind).length;
  const parts = [
    orphans > 0 ? `${orphans} processes of a killed run ended` : "",
    locks > 0 ? `${locks} ${locks === 1 ? "lock" : "locks"} of dead processes removed` : "",
    count("adopted") > 0 ? `${count("adopted")} created resources adopted` : "",
    count("refreshed") > 0 ? `${count("refreshed")} read again` : "",
    count("dropped") > 0 ? `${count("dropped")} operations that left nothing dropped` : "",
  ].filter(Boolean);
  return `${stack}: ${parts.length === 0 ? "nothing to put right" : parts.join(", ")}`;
}
