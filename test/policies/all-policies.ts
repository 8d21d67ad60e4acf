/** Every policy of every pack, as the pack that judges for all has them. */
import type { StackValidationPolicy } from "@pulumi/policy";
import { policies as all } from "../../policies/archipel/policies.ts";
import { judge, type Laid, shownToPolicies } from "./resources.ts";

export const allPolicies: readonly StackValidationPolicy[] = all;

/** The policies that a program trips, with what they say. */
export async function trippedBy(
  laid: readonly Laid[],
  policies: readonly StackValidationPolicy[] = allPolicies,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const resources = shownToPolicies(laid);
  const tripped = new Map<string, readonly string[]>();
  for (const policy of policies) {
    const { violations } = await judge(policy, resources);
    if (violations.length > 0) tripped.set(policy.name, violations);
  }
  return tripped;
}
