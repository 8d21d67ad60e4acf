import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { securityGroupType } from "../kit/types.ts";

export const securityGroupDropsInbound = definePolicyOnEach(
  "security-group-drops-inbound",
  [securityGroupType],
  (group) =>
    wrong(
      written<string>(group, "inboundDefaultPolicy"),
      "inboundDefaultPolicy",
      (policy) => policy === "drop",
      "accept",
    ),
);
