import { ofType } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicy } from "../kit/policy.ts";
import { gatewayType, patRuleType } from "../kit/types.ts";

export const noPatRule = definePolicy("no-pat-rule", ({ resources }, report) => {
  const concerned = ofType(resources, gatewayType, patRuleType);
  for (const rule of ofType(concerned, patRuleType))
    report(`${rule.name}: publishes a private address through the gateway`, rule);
  return nothingIfEmpty(concerned, gatewayType);
});
