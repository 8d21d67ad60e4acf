import { quotaDefault } from "../../model/estate/catalogue.ts";
import { ofType } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { legsOf } from "../kit/legs.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { bareMetalType, serverTypes } from "../kit/types.ts";

export const legsWithinQuota = definePolicyOfEstate(
  "legs-within-quota",
  ({ organisation }, { resources }, report) => {
    const servers = ofType(resources, ...serverTypes);
    for (const server of servers) {
      const quota =
        server.type === bareMetalType ? "privateNetworksPerBareMetal" : "privateNetworksPerInstance";
      const granted = organisation.quotas[quota] ?? quotaDefault(quota)?.default ?? 0;
      const legs = legsOf(server, resources);
      if (legs === undefined) report(`${server.name}: how many legs it has is undetermined`, server);
      else if (legs.length > granted)
        report(`${server.name}: ${legs.length} legs, and Scaleway grants ${granted} (${quota})`, server);
    }
    return nothingIfEmpty(servers, ...serverTypes);
  },
);
