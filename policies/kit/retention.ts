/** Data that an estate keeps, and until when. */
import type { StackValidationPolicy } from "@pulumi/policy";
import type { Data } from "../../model/estate/index.ts";
import type { PolicyName } from "../catalogue/index.ts";
import { definePolicyOfEstate, elsewhere, subjectIn } from "./policy.ts";
import { judgesWholeEstate } from "./program.ts";

/** Pictures of cameras in public places, and what lists them: an estate names them for what they are. */
export function isVideo({ name }: Data): boolean {
  return /^(camera|video)/.test(name);
}

/** A policy on how long some data of the estate may be kept; data without an end is kept for ever. */
export function defineRetention(
  name: PolicyName,
  days: number,
  concerns: (data: Data) => boolean,
): StackValidationPolicy {
  return definePolicyOfEstate(name, (estate, program, report) => {
    if (!judgesWholeEstate(program)) return elsewhere;
    const concerned = estate.applications.flatMap(({ data }) => data).filter(concerns);
    for (const data of concerned) {
      const kept = data.retentionDays;
      if (kept === undefined || kept > days)
        report(
          `${data.name}: kept ${kept === undefined ? "for ever" : `${kept} days`}, ${days} at most`,
          subjectIn(estate, "data", data.name),
        );
    }
    return concerned.length === 0 ? { notApplicable: "the estate keeps no such data" } : undefined;
  });
}
