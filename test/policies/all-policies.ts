/** Every policy of every pack. */
import type { StackValidationPolicy } from "@pulumi/policy";
import type { PackName } from "../../policies/catalogue/index.ts";
import { policies as governance } from "../../policies/governance/policies.ts";
import { policies as resilience } from "../../policies/resilience/policies.ts";
import { policies as segmentation } from "../../policies/segmentation/policies.ts";
import { judge, type Laid, shownToPolicies } from "./resources.ts";

export const byPack: Readonly<Record<PackName, readonly StackValidationPolicy[]>> = {
  segmentation,
  resilience,
  governance,
};

export const allPolicies: readonly StackValidationPolicy[] = Object.values(byPack).flat();

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
