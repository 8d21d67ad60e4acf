/** What the simulated account is granted, in an estate's words: organisation.yaml's `quotas` and `assumptions`. */
import type { Assumptions, Quotas } from "../../local/simulator/index.ts";

export interface Grants {
  readonly quotas: Quotas;
  readonly assumptions: Partial<Assumptions>;
}

/** Grants of organisations that share a world: the larger quota holds, the later assumption. Sorted. */
export function mergeGrants(kept: Grants | undefined, wanted: Grants | undefined): Grants {
  const quotas = new Map(Object.entries(kept?.quotas ?? {}));
  for (const [name, granted] of Object.entries(wanted?.quotas ?? {}))
    quotas.set(name, Math.max(granted, quotas.get(name) ?? 0));
  return {
    quotas: Object.fromEntries([...quotas].sort(([one], [other]) => (one < other ? -1 : 1))),
    assumptions: { ...kept?.assumptions, ...wanted?.assumptions },
  };
}
