import { ofType, written, wrong } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { securityGroupType } from "../kit/types.ts";

export const securityGroupDropsOutbound = definePolicyOfEstate(
  "security-group-drops-outbound",
  (_, { resources }, report) => {
    const groups = ofType(resources, securityGroupType);
    for (const group of groups) {
      const property = "outboundDefaultPolicy";
      const why = wrong(written<string>(group, property), property, (policy) => policy === "drop", "accept");
      if (why !== undefined) report(`${group.name}: ${why}`, group);
    }
    return nothingIfEmpty(groups, securityGroupType);
  },
);
