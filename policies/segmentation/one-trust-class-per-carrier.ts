import { trustClassByNetwork } from "../kit/estate.ts";
import { ofType, tagOf } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { checkLegs } from "../kit/legs.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { serverTypes } from "../kit/types.ts";

const carriers = ["firewall", "hypervisor"];

export const oneTrustClassPerCarrier = definePolicyOfEstate(
  "one-trust-class-per-carrier",
  (estate, program, report) => {
    const carrying = ofType(program.resources, ...serverTypes).filter((server) =>
      carriers.includes(tagOf(server, "role") ?? ""),
    );
    if (carrying.length === 0) return nothingIfEmpty(carrying, ...serverTypes);
    const classes = trustClassByNetwork(estate);
    checkLegs(program, report, (server, networks) => {
      if (!carrying.includes(server)) return;
      const served = [...new Set(networks.flatMap((network) => classes.get(network) ?? []))].sort();
      if (served.length > 1)
        report(`${server.name}: carries the trust classes ${served.join(" and ")}`, server);
    });
    return undefined;
  },
);
