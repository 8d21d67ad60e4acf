import type { PolicyResource } from "@pulumi/policy";
import { isEverywhere } from "../kit/addresses.ts";
import { indexesOf, written } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { aclType } from "../kit/types.ts";

/** In an estate applications meet through firewalls alone, so no rule of an ACL accepts; elsewhere none accepts from anywhere. */
export const aclAcceptsNothing = definePolicyOnEach("acl-accepts-nothing", [aclType], (acl, { estate }) => {
  const indexes = indexesOf(acl, "rules");
  if (indexes === undefined) return "its rules are undetermined";
  for (const index of indexes) {
    const why = accepting(acl, index, estate !== undefined);
    if (why !== undefined) return `rule ${index + 1} ${why}`;
  }
  return undefined;
});

function accepting(acl: PolicyResource, index: number, inEstate: boolean): string | undefined {
  const action = written<string>(acl, "rules", index, "action");
  if (action.kind === "undetermined") return "is undetermined";
  if (action.kind === "known" && action.value === "drop") return undefined;
  if (inEstate) return "accepts";
  const source = written<string>(acl, "rules", index, "source");
  if (source.kind === "undetermined") return "accepts from a source that is undetermined";
  return source.kind === "absent" || isEverywhere(source.value) ? "accepts from every address" : undefined;
}
