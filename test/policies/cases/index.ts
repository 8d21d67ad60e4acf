/** Cases of every policy. */
import type { PolicyName } from "../../../policies/catalogue/index.ts";
import type { Cases } from "./cases.ts";
import { cases as exposure } from "./exposure.ts";
import { cases as governance } from "./governance.ts";
import { cases as identity } from "./identity.ts";
import { cases as resilience } from "./resilience.ts";
import { cases as segmentation } from "./segmentation.ts";

export const casesByPolicy: Readonly<Record<PolicyName, Cases>> = {
  ...segmentation,
  ...exposure,
  ...resilience,
  ...governance,
  ...identity,
};
