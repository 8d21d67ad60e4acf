/** Whether what was kept up over instants is what the whole proof of the network says. */
import type { Permission } from "../declared.ts";
import type { Network } from "../network.ts";
import type { ProofOptions } from "../prove.ts";
import { prove } from "../prove.ts";
import type { Findings } from "./checker.ts";

export interface Difference {
  readonly sequence: number;
  /** What one has and the other has not, in words. */
  readonly only: "kept" | "whole";
  readonly finding: string;
}

export function differencesAt(
  sequence: number,
  findings: Findings,
  network: Network,
  { permissions, ...options }: ProofOptions & { readonly permissions: readonly Permission[] },
): readonly Difference[] {
  const kept = textsOf(findings);
  const whole = textsOf(prove(network, permissions, options));
  return [
    ...[...kept]
      .filter((text) => !whole.has(text))
      .map((finding) => ({ sequence, only: "kept" as const, finding })),
    ...[...whole]
      .filter((text) => !kept.has(text))
      .map((finding) => ({ sequence, only: "whole" as const, finding })),
  ];
}

/** Without the one packet that each shows, which is any of many. Pairs that nothing leads between go without saying. */
function textsOf({ pairs, violations, undetermined }: Findings): ReadonlySet<string> {
  return new Set([
    ...pairs.filter(({ verdict }) => verdict !== "denied").map((pair) => JSON.stringify(pair)),
    ...violations.map((violation) => {
      if (violation.kind === "forwarding") return `forwarding ${violation.node}`;
      const { family, from, to, receiver, services } = violation;
      return JSON.stringify({ family, from, to, receiver, services });
    }),
    ...undetermined.map((each) => JSON.stringify(each)),
  ]);
}
