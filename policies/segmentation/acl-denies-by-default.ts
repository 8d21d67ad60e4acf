import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { aclType } from "../kit/types.ts";

export const aclDeniesByDefault = definePolicyOnEach("acl-denies-by-default", [aclType], (acl) =>
  wrong(written<string>(acl, "defaultPolicy"), "defaultPolicy", (policy) => policy === "drop", "accept"),
);
