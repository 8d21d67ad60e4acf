import { lengthOf, ofType } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicy } from "../kit/policy.ts";
import { balancerLegType, loadBalancerType } from "../kit/types.ts";

export const loadBalancerOneLeg = definePolicy("load-balancer-one-leg", ({ resources }, report) => {
  const concerned = ofType(resources, loadBalancerType, balancerLegType);
  for (const leg of ofType(concerned, balancerLegType))
    report(`${leg.name}: a leg attached apart from its load balancer`, leg);
  for (const balancer of ofType(concerned, loadBalancerType)) {
    const legs = lengthOf(balancer, "privateNetworks");
    if (legs.kind !== "known") report(`${balancer.name}: its legs are undetermined`, balancer);
    else if (legs.value > 1) report(`${balancer.name}: ${legs.value} legs, one is allowed`, balancer);
  }
  return nothingIfEmpty(concerned, loadBalancerType);
});
