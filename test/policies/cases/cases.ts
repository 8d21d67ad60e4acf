/** What every policy is tried on: programs that hold, that do not, that it does not concern, and that a preview does not know all of. */
import type { Program } from "../pieces.ts";

/**
 * What a policy makes of an unknown: `undetermined`, said in its violation; `violated`, since the thing itself is wrong whatever its value;
 * `held`, since what it asks is known all the same, by a URN or by being there.
 */
export type Unknown = "undetermined" | "violated" | "held";

export interface Cases {
  readonly compliant: readonly Program[];
  /** Each with a part of what is said. */
  readonly violating: readonly (readonly [Program, string])[];
  readonly notApplicable: readonly Program[];
  readonly unknown: readonly (readonly [Program, Unknown])[];
}

/** Number of programs. */
export function countOf({ compliant, violating, notApplicable, unknown }: Cases): number {
  return compliant.length + violating.length + notApplicable.length + unknown.length;
}
