/** Rules of IAM policies. */
import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import type { PolicyName } from "../catalogue/index.ts";
import { indexesOf, textsOf } from "./facts.ts";
import { definePolicyOnEach } from "./policy.ts";
import { iamPolicyType } from "./types.ts";

/** A policy on each rule of each IAM policy, with the permission sets that it gives. */
export function definePolicyOnPermissions(
  name: PolicyName,
  check: (policy: PolicyResource, rule: number, sets: readonly string[]) => string | undefined,
): StackValidationPolicy {
  return definePolicyOnEach(name, [iamPolicyType], (policy) => {
    const rules = indexesOf(policy, "rules");
    if (rules === undefined) return "its rules are undetermined";
    for (const rule of rules) {
      const sets = textsOf(policy, "rules", rule, "permissionSetNames");
      const why = sets === undefined ? "gives permissions that are undetermined" : check(policy, rule, sets);
      if (why !== undefined) return `rule ${rule + 1} ${why}`;
    }
    return undefined;
  });
}
