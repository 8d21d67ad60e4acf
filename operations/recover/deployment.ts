/** A stack's state as `pulumi stack export` writes it and `import` takes it back (deployment version 3, engine 3.250). */

export type Inputs = Readonly<Record<string, unknown>>;

export interface ResourceState {
  readonly urn: string;
  readonly custom: boolean;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Inputs;
  readonly outputs?: Inputs;
  /** Set on what a replacement still has to delete. */
  readonly delete?: boolean;
  /** Set on what was deleted in order to be replaced. */
  readonly pendingReplacement?: boolean;
  readonly [key: string]: unknown;
}

export interface PendingOperation {
  readonly resource: ResourceState;
  readonly type: "creating" | "updating" | "deleting" | "reading" | "importing";
}

export interface ExportedStack {
  readonly version: number;
  readonly deployment: {
    readonly resources?: readonly ResourceState[];
    readonly pending_operations?: readonly PendingOperation[];
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

/** What becomes of an operation that a kill cut short. */
export type Settlement =
  | { readonly kind: "adopted"; readonly urn: string; readonly id: string }
  | { readonly kind: "dropped"; readonly urn: string; readonly because: string }
  | { readonly kind: "refreshed"; readonly urn: string };

/**
 * The state with every operation settled: what was created is in it by its id, nothing is pending.
 * Resources that a settlement adopts come last, where the engine would have put them.
 */
export function settle(stack: ExportedStack, settlements: readonly Settlement[]): ExportedStack {
  const pending = stack.deployment.pending_operations ?? [];
  const adopted = settlements.flatMap((settlement) => {
    if (settlement.kind !== "adopted") return [];
    const operation = pending.find(
      ({ resource, type }) => type === "creating" && resource.urn === settlement.urn,
    );
    return operation === undefined ? [] : [adopt(operation.resource, settlement.id)];
  });
  const replaced = new Set(adopted.map(({ urn }) => urn));
  const kept = (stack.deployment.resources ?? [])
    // Deleted before its replacement was made: only the intention is left of it.
    .filter(({ urn, pendingReplacement }) => !(replaced.has(urn) && pendingReplacement === true))
    // Still there, to be deleted after its replacement: a URN may stand twice only if one of them is marked so.
    .map((resource) => (replaced.has(resource.urn) ? { ...resource, delete: true } : resource));
  const { pending_operations: _, ...deployment } = stack.deployment;
  return { ...stack, deployment: { ...deployment, resources: [...kept, ...adopted] } };
}

/** Inputs stand in for outputs until a refresh reads the true ones: the provider's read needs some of them. */
function adopt(resource: ResourceState, id: string): ResourceState {
  const { __defaults: _, ...known } = resource.inputs ?? {};
  return { ...resource, id, outputs: { ...known, ...resource.outputs } };
}

/** Ids that the state already holds for a type, so that one thing is never adopted twice. */
export function claimedIds(stack: ExportedStack, type: string): ReadonlySet<string> {
  return new Set(
    (stack.deployment.resources ?? []).flatMap((resource) =>
      resource.type === type && resource.id !== undefined ? [resource.id] : [],
    ),
  );
}
