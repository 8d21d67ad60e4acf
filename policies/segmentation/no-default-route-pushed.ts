import type { PolicyResource } from "@pulumi/policy";
import { indexesOf, ofType, written, wrong } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { gatewayNetworkType, privateNetworkType } from "../kit/types.ts";

const isOff = (pushed: boolean): boolean => !pushed;

function pushing(resource: PolicyResource): string | undefined {
  if (resource.type === privateNetworkType) {
    const property = "enableDefaultRoutePropagation";
    return wrong(written<boolean>(resource, property), property, isOff, false);
  }
  const indexes = indexesOf(resource, "ipamConfigs");
  if (indexes === undefined) return "its IPAM configuration is undetermined";
  return indexes
    .map((index) =>
      wrong(
        written<boolean>(resource, "ipamConfigs", index, "pushDefaultRoute"),
        "pushDefaultRoute",
        isOff,
        false,
      ),
    )
    .find((why) => why !== undefined);
}

export const noDefaultRoutePushed = definePolicyOfEstate(
  "no-default-route-pushed",
  (_, { resources }, report) => {
    const concerned = ofType(resources, privateNetworkType, gatewayNetworkType);
    for (const resource of concerned) {
      const why = pushing(resource);
      if (why !== undefined) report(`${resource.name}: ${why}`, resource);
    }
    return nothingIfEmpty(concerned, privateNetworkType, gatewayNetworkType);
  },
);
