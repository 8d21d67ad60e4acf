import type { Application, Estate, ZoneKey } from "../../model/estate/index.ts";
import { ofType, tagOf } from "../kit/facts.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { type Program, zoneKeyOf } from "../kit/program.ts";
import { serverTypes } from "../kit/types.ts";

/** Users that one zone carries alone: every tier on their path must, so the weakest one counts. */
function carried({ workloads }: Application, zone: ZoneKey, members: (workload: string) => number): number {
  return Math.min(
    ...workloads
      .filter(({ sustains }) => sustains > 0)
      .map(({ kind, name, count, sustains }) => (kind === "guest" ? count[zone] : members(name)) * sustains),
  );
}

/** Servers that the program makes, counted by a tag: guests are no resources, so the estate's word stands for them. */
function counted({ resources }: Program, tag: string): (value: string) => number {
  const servers = ofType(resources, ...serverTypes);
  return (value) => servers.filter((server) => tagOf(server, tag) === value).length;
}

export const capacityOnOneZone = definePolicyOfEstate("capacity-on-one-zone", (estate, program, report) => {
  const zone = zoneKeyOf(program);
  if (zone === undefined) return { notApplicable: "the stack is not one zone's" };
  const { growth } = estate.organisation;
  const members = counted(program, "workload");
  for (const application of estate.applications) {
    // A cold application comes back by being restored: it does not claim to be carried meanwhile.
    if (application.recovery === "cold") continue;
    const left = carried(application, zone, members);
    const needed = Math.ceil(application.peak * growth);
    if (left < needed)
      report(`${application.application}: ${zone} alone carries ${left} users, and ${needed} must hold`);
  }
  reportProxies(estate, zone, counted(program, "role")("proxy"), report);
  return undefined;
});

function reportProxies(
  { platform: { proxies }, organisation }: Estate,
  zone: ZoneKey,
  count: number,
  report: (message: string) => void,
): void {
  if (proxies === undefined) return;
  const needed = Math.ceil(organisation.peakUsers * organisation.growth);
  const left = count * proxies.sustains;
  if (left < needed) report(`proxies: those of ${zone} alone carry ${left} users, and ${needed} must hold`);
}
