/** Judges the proof by mutants: whatever changes the fate of a packet must be reported. */

import { Prover } from "../../../../model/proof/prove.ts";
import { readNetwork } from "../../../../model/proof/read/index.ts";
import { randomOf } from "../oracle/random.ts";
import type { Base, Operator } from "./base.ts";
import { brokenOperators } from "./broken-operators.ts";
import { hostOperators } from "./host-operators.ts";
import { openedOperators } from "./opened-operators.ts";
import { partyOperators } from "./party-operators.ts";
import { readingOperators } from "./reading-operators.ts";
import { scalewayOperators } from "./scaleway-operators.ts";

export const operators: readonly Operator[] = [
  ...openedOperators,
  ...brokenOperators,
  ...hostOperators,
  ...scalewayOperators,
  ...partyOperators,
  ...readingOperators,
];

export interface Judged {
  readonly operator: Operator;
  readonly seed: number;
  readonly where: string;
  /** By what; undefined: it was taken for held. */
  readonly killedBy: "violation" | "undetermined" | "flow" | undefined;
}

const draws = 40;

/** Mutant `number` of a run: operators take turns. The seed alone says which mutant it is. */
export function judge(base: Base, seed: number): Judged {
  const operator = operators[seed % operators.length] as Operator;
  const random = randomOf(seed);
  for (let draw = 0; draw < draws; draw += 1) {
    const mutant = operator.make(base, random);
    if (mutant === undefined) continue;
    return { operator, seed, where: mutant.where, killedBy: killedBy(base, mutant.edit.documents) };
  }
  throw new Error(`${operator.name} finds nothing to change, seed ${seed}`);
}

/** In the order of what it costs: the first thing that is reported is enough. */
function killedBy(base: Base, documents: Base["documents"]): Judged["killedBy"] {
  const prover = new Prover(readNetwork(documents), base.permissions, { sites: base.sites });
  const { violations, undetermined } = prover.reachability();
  if (violations.length > 0) return "violation";
  if (undetermined.length > 0) return "undetermined";
  return prover.required().failed.length > 0 ? "flow" : undefined;
}

export interface Tally {
  readonly operator: string;
  readonly equivalent: string | undefined;
  readonly mutants: number;
  readonly killed: Readonly<Record<"violation" | "undetermined" | "flow", number>>;
  readonly survivors: readonly Judged[];
}

export function tally(judged: readonly Judged[]): readonly Tally[] {
  return [...Map.groupBy(judged, ({ operator }) => operator)].map(([operator, group]) => {
    const by = (what: Judged["killedBy"]): number =>
      group.filter(({ killedBy: each }) => each === what).length;
    return {
      operator: operator.name,
      equivalent: operator.equivalent,
      mutants: group.length,
      killed: { violation: by("violation"), undetermined: by("undetermined"), flow: by("flow") },
      survivors: group.filter(({ killedBy: each }) => each === undefined),
    };
  });
}
