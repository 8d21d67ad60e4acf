/** Verdicts of pairs beside each other: where two places bear one name, or are told as one, the worst of theirs counts. */
import type { PairVerdict } from "../../model/proof/matrix.ts";

/** From what is best to what is worst. */
const gravity: readonly PairVerdict[] = ["denied", "allowed", "undetermined", "violated"];

/** Undefined of none. */
export function worst(verdicts: readonly (PairVerdict | undefined)[]): PairVerdict | undefined {
  return gravity.findLast((each) => verdicts.includes(each));
}
