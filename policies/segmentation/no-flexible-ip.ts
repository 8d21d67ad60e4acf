import { ofType } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicy } from "../kit/policy.ts";
import { bareMetalType, flexibleIpType } from "../kit/types.ts";

export const noFlexibleIp = definePolicy("no-flexible-ip", ({ resources }, report) => {
  const concerned = ofType(resources, bareMetalType, flexibleIpType);
  for (const address of ofType(concerned, flexibleIpType))
    report(`${address.name}: a flexible IP puts one more address on the internet`, address);
  return nothingIfEmpty(concerned, bareMetalType);
});
