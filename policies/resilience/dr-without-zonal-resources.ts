import { ofType, written } from "../kit/facts.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { partOf } from "../kit/program.ts";
import { hungFromZonalTypes, zonalTypes } from "../kit/types.ts";

export const drWithoutZonalResources = definePolicyOfEstate(
  "dr-without-zonal-resources",
  (_, program, report) => {
    if (partOf(program) !== "dr") return { notApplicable: "the stack is not dr" };
    const zonal = new Set(ofType(program.resources, ...zonalTypes, ...hungFromZonalTypes));
    for (const resource of program.resources) {
      if (zonal.has(resource))
        report(`${resource.name}: a ${resource.type} needs its zone's API, which may be gone`, resource);
      else if (written(resource, "zone").kind !== "absent")
        report(`${resource.name}: names a zone, or may: its API may be gone`, resource);
    }
    return undefined;
  },
);
