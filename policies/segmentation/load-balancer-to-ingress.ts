import { liesIn } from "../kit/addresses.ts";
import { consumedValues } from "../kit/estate.ts";
import { ofType, textsOf } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { backendType } from "../kit/types.ts";

export const loadBalancerToIngress = definePolicyOfEstate(
  "load-balancer-to-ingress",
  (_, { resources }, report) => {
    const backends = ofType(resources, backendType);
    const ingress = consumedValues(resources, "subnets")?.get("ingress");
    for (const backend of backends) {
      const servers = textsOf(backend, "serverIps");
      if (ingress === undefined)
        report(`${backend.name}: undetermined, the program does not say which subnet is ingress`, backend);
      else if (servers === undefined) report(`${backend.name}: its servers are undetermined`, backend);
      else {
        const outside = servers.filter((address) => !liesIn(address, ingress));
        if (outside.length > 0)
          report(`${backend.name}: leads past the proxies, to ${outside.join(", ")}`, backend);
      }
    }
    return nothingIfEmpty(backends, backendType);
  },
);
