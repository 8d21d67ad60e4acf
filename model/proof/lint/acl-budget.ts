/** How much of what Scaleway grants the ACLs of a VPC use. */
import { families } from "../model.ts";
import type { Family, Network } from "../network.ts";
import type { Check } from "./check.ts";

/** Rules of one family that a VPC's ACL may have. */
export const aclLimit = 255;
/** From this share on there is no room for a busy week. */
const scarce = 0.8;

export interface Budget {
  readonly vpc: string;
  readonly family: Family;
  readonly rules: number;
  readonly limit: number;
}

export function budgetsOf({ vpcs }: Network): readonly Budget[] {
  return vpcs.flatMap(({ key, acls }) =>
    families.map((family) => ({ vpc: key, family, rules: acls[family].rules.length, limit: aclLimit })),
  );
}

export const aclBudget: Check = {
  name: "acl-budget",
  severity: "warning",
  why: `an ACL takes ${aclLimit} rules of each family: the next one is refused while a change is half made`,
  remedy: "let firewalls decide and keep the ACL a closed one, or spread the networks over more VPCs",
  find: ({ network }) =>
    budgetsOf(network)
      .filter(({ rules }) => rules >= aclLimit * scarce)
      .map(({ vpc, family, rules }) => ({
        at: vpc,
        what: `its IPv${family} ACL has ${rules} of ${aclLimit} rules`,
        ...(rules > aclLimit ? { severity: "error" as const } : {}),
      })),
};
