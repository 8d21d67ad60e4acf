import { ofType, written } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { partOf, zoneKeyOf } from "../kit/program.ts";
import { zonalTypes } from "../kit/types.ts";

/** `par-1` and `par-2` each hold what one zone holds, and `witness` what the third does: a stack that straddles zones dies with either. */
export const stackInItsZone = definePolicyOfEstate(
  "stack-in-its-zone",
  ({ organisation }, program, report) => {
    const key = zoneKeyOf(program);
    const expected =
      key === undefined
        ? partOf(program) === "witness"
          ? organisation.witnessZone
          : undefined
        : organisation.zones[key];
    if (expected === undefined) return { notApplicable: "the stack is not one zone's" };
    const zonal = ofType(program.resources, ...zonalTypes);
    for (const resource of zonal) {
      const zone = written<string>(resource, "zone");
      // A zone that is not named is another policy's to report.
      if (zone.kind === "undetermined") report(`${resource.name}: zone is undetermined`, resource);
      else if (zone.kind === "known" && zone.value !== expected)
        report(`${resource.name}: in ${zone.value}, and the stack is ${expected}'s`, resource);
    }
    return nothingIfEmpty(zonal, ...zonalTypes);
  },
);
