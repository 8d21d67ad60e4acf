import { applicationByNetwork } from "../kit/estate.ts";
import { ofType, tagOf } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { checkLegs } from "../kit/legs.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { serverTypes } from "../kit/types.ts";

/** Servers that stand in several applications' networks by their nature: their own policies hold them. */
const bridges = ["firewall", "hypervisor"];

export const oneNetworkPerServer = definePolicyOfEstate(
  "one-network-per-server",
  (estate, program, report) => {
    const servers = ofType(program.resources, ...serverTypes);
    if (servers.length === 0) return nothingIfEmpty(servers, ...serverTypes);
    const applications = applicationByNetwork(estate);
    checkLegs(program, report, (server, networks) => {
      const stood = [...new Set(networks.flatMap((network) => applications.get(network) ?? []))].sort();
      if (stood.length > 1 && !bridges.includes(tagOf(server, "role") ?? ""))
        report(`${server.name}: stands in the networks of ${stood.join(" and ")}`, server);
    });
    return undefined;
  },
);
