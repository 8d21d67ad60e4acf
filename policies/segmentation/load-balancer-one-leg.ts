import { lengthOf, ofType } from "../kit/facts.ts";
import { definePolicy } from "../kit/policy.ts";

export const loadBalancerOneLeg = definePolicy({
  name: "load-balancer-one-leg",
  severity: "critical",
  description: "A load balancer has a leg in one private network at most.",
  why: "a load balancer in two applications' private networks forwards between them past every firewall.",
  remediation: "Keep one entry in `privateNetworks`, in the ingress network, and none attached apart.",
  validate: (resources, report) => {
    const attached = ofType(resources, "scaleway:loadbalancers/privateNetwork:PrivateNetwork");
    for (const attachment of attached)
      report(`${attachment.name}: a leg attached apart from its load balancer`, attachment);
    for (const balancer of ofType(resources, "scaleway:loadbalancers/loadBalancer:LoadBalancer")) {
      const legs = lengthOf(balancer, "privateNetworks");
      if (legs.kind !== "known") report(`${balancer.name}: its legs are undetermined`, balancer);
      else if (legs.value > 1) report(`${balancer.name}: ${legs.value} legs, one is allowed`, balancer);
    }
  },
});
