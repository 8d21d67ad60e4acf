import { ofType } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { privateNetworkType, routeType, vpcType } from "../kit/types.ts";

export const noRoutePastFirewalls = definePolicyOfEstate(
  "no-route-past-firewalls",
  (_, { resources }, report) => {
    const concerned = ofType(resources, vpcType, privateNetworkType, routeType);
    for (const route of ofType(concerned, routeType)) {
      report(`${route.name}: a route of a VPC leads past the firewalls`, route);
    }
    return nothingIfEmpty(concerned, vpcType);
  },
);
