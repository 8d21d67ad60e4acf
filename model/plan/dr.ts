/** What the dr stack holds: names that lead to a zone, and the one writer of each group. Losing a zone never needs that zone's API. */
import { type Service, zoneKeys } from "../estate/estate.ts";
import { sortedBy } from "../estate/order.ts";
import type { Layout } from "./layout.ts";
import { legAddress } from "./layout.ts";
import type { DnsRecordPlan, DrPlan, WriterGroupPlan } from "./plan.ts";
import { fqdnOf, isWriter } from "./service-files.ts";

/** Least TTL that Scaleway's DNS takes is in no page found; 60 is what other clients of its API use (assumption). */
const ttlSeconds = 60;

/** What an application's health page says when it serves, whatever else it says. */
export const healthyText = "ok";

export function drPlan(layout: Layout): DrPlan {
  return { records: records(layout), writers: writers(layout) };
}

/** Services behind Edge Services have no record here: the pipeline's own name leads to them. */
function records(layout: Layout): DnsRecordPlan[] {
  const { estate } = layout;
  const behindEdge = new Set(estate.platform.edgeServices.map(({ service }) => service));
  const published = estate.applications.flatMap((application) =>
    application.services
      .filter(({ exposure, name }) => exposure === "public" && !behindEdge.has(name))
      .map((service) =>
        recordOf(layout, service, application.recovery === "active-active" ? "all" : "active-passive"),
      ),
  );
  const tunnels =
    estate.platform.firewalls.access === undefined
      ? []
      : zoneKeys.map(
          (zone): DnsRecordPlan => ({
            key: `vpn-${zone}`,
            name: `vpn-${zone}`,
            type: "A",
            ttlSeconds,
            kind: "fixed",
            data: `{{address:access.${zone}}}`,
          }),
        );
  return sortedBy([...published, ...tunnels], ({ key }) => key);
}

function recordOf(layout: Layout, service: Service, strategy: "active-passive" | "all"): DnsRecordPlan {
  const name = service.hostname === "@" ? "" : service.hostname;
  const base = { key: service.name, name, type: "A", ttlSeconds } as const;
  // Datagrams enter by the edge members' own addresses: nothing probes them, so dr alone moves the name.
  if (service.protocol === "udp")
    return { ...base, kind: "zone-address", addresses: { "par-1": "edge.par-1", "par-2": "edge.par-2" } };
  return {
    ...base,
    kind: "http-service",
    strategy,
    addresses: { "par-1": "load-balancer.par-1", "par-2": "load-balancer.par-2" },
    url: `https://${fqdnOf(layout, service.hostname)}${service.health}`,
    mustContain: healthyText,
  };
}

/** Workloads whose data has one writer and that have a member in both zones: the lowest numbered one of each. */
function writers(layout: Layout): WriterGroupPlan[] {
  const { estate, inventory } = layout;
  return estate.applications.flatMap((application) =>
    application.workloads.flatMap((workload): WriterGroupPlan[] => {
      if (workload.kind === "guest" || !isWriter(layout, workload.name)) return [];
      const first = (zone: string) =>
        inventory.servers.find((server) => server.workload === workload.name && server.zoneKey === zone);
      const [one, two] = zoneKeys.map(first);
      if (one === undefined || two === undefined) return [];
      const host = (server: typeof one) => ({
        server: server.key,
        address: legAddress(layout, server, workload.network),
        user: "root",
        port: 22,
      });
      const held = application.data.filter(
        (data) => data.workload === workload.name && data.kind !== "bucket",
      );
      return [
        {
          key: workload.name,
          application: application.application,
          rpoSeconds: Math.min(...held.map(({ rpoSeconds }) => rpoSeconds)),
          hosts: { "par-1": host(one), "par-2": host(two) },
        },
      ];
    }),
  );
}
