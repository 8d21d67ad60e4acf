import { isEverywhere } from "../kit/addresses.ts";
import { indexesOf, written } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { databaseAclType, redisType } from "../kit/types.ts";

export const databaseAclNarrow = definePolicyOnEach(
  "database-acl-narrow",
  [databaseAclType, redisType],
  (resource) => {
    const list = resource.type === redisType ? "acls" : "aclRules";
    const indexes = indexesOf(resource, list);
    if (indexes === undefined) return "who may reach it is undetermined";
    for (const index of indexes) {
      const range = written<string>(resource, list, index, "ip");
      if (range.kind !== "known") return `rule ${index + 1} is undetermined`;
      if (isEverywhere(range.value)) return `rule ${index + 1} lets every address in`;
    }
    return undefined;
  },
);
