import { ofType } from "../kit/facts.ts";
import { entityOf } from "../kit/offers.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { zoneKeyOf } from "../kit/program.ts";
import { serverTypes } from "../kit/types.ts";

export const declaredMembersPresent = definePolicyOfEstate(
  "declared-members-present",
  ({ applications, hypervisors }, program, report) => {
    const zone = zoneKeyOf(program);
    if (zone === undefined) return { notApplicable: "the stack is not one zone's" };
    const servers = ofType(program.resources, ...serverTypes);
    const present = (workload: string): number =>
      servers.filter((server) => entityOf(server) === workload).length;
    const workloads = applications.flatMap((application) =>
      application.workloads.filter(({ kind }) => kind !== "guest"),
    );
    const declared = [...workloads, ...hypervisors.map((entry) => ({ ...entry, name: entry.hypervisors }))];
    for (const { name, count } of declared) {
      const found = present(name);
      if (found !== count[zone])
        report(`${name}: ${found} members in ${zone}, and the estate declares ${count[zone]}`);
    }
    return undefined;
  },
);
