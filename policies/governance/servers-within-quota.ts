import { quotaDefault } from "../../model/estate/catalogue.ts";
import { ofType } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { offerOf } from "../kit/offers.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { bareMetalType, serverTypes } from "../kit/types.ts";

export const serversWithinQuota = definePolicyOfEstate(
  "servers-within-quota",
  (estate, { resources }, report) => {
    const servers = ofType(resources, ...serverTypes);
    const counts = new Map<string, number>();
    for (const server of servers) {
      const offer = offerOf(server, estate);
      if (offer.kind !== "known") {
        report(`${server.name}: what it is bought as is undetermined`, server);
        continue;
      }
      const quota = `${server.type === bareMetalType ? "bareMetal" : "instances"}/${offer.value}`;
      counts.set(quota, (counts.get(quota) ?? 0) + 1);
    }
    for (const [quota, count] of counts) {
      const granted = estate.organisation.quotas[quota] ?? quotaDefault(quota)?.default ?? 0;
      if (count > granted) report(`${quota}: ${count} in this stack, and Scaleway grants ${granted}`);
    }
    return nothingIfEmpty(servers, ...serverTypes);
  },
);
