import { ofType, tagOf, textsOf } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { serverTypes } from "../kit/types.ts";

/** Roles of the platform's own servers: the duty team answers for them. */
const platform = ["bastion", "egress", "firewall", "hypervisor", "proxy", "witness"];

export const applicationHasOwner = definePolicyOfEstate(
  "application-has-owner",
  ({ applications }, { resources }, report) => {
    const servers = ofType(resources, ...serverTypes);
    const names = new Set(applications.map(({ application }) => application));
    for (const server of servers) {
      const application = tagOf(server, "application");
      if (textsOf(server, "tags") === undefined)
        report(`${server.name}: which application it serves is undetermined`, server);
      else if (application === undefined) {
        if (!platform.includes(tagOf(server, "role") ?? ""))
          report(`${server.name}: serves no application, and nothing of the platform`, server);
      } else if (!names.has(application))
        report(`${server.name}: nobody answers for ${application}, which the estate does not have`, server);
    }
    return nothingIfEmpty(servers, ...serverTypes);
  },
);
