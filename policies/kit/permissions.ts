/**
 * What the estate permits between private networks, worked out from the reviewed entities alone.
 * It never imports the planner: the rules that the planner made are held against this.
 */
import type { Application, Estate } from "../../model/estate/index.ts";

/** A permission between two private networks, by their names in the estate, or the platform's: ingress, egress, transit, admin, vpn. */
export interface Permission {
  readonly from: string;
  readonly to: string;
  readonly protocol: "tcp" | "udp";
  /** Inclusive. */
  readonly first: number;
  readonly last: number;
}

/** Every permission of the estate. */
export function permissionsOf(estate: Estate): readonly Permission[] {
  const networkOf = networksByName(estate);
  return [
    ...estate.applications.flatMap((application) => flowPermissions(application, networkOf)),
    ...baselinePermissions(estate, networkOf),
    ...estate.applications.flatMap((application) => exposurePermissions(application, networkOf)),
    ...administrationPermissions(estate),
    ...egressPermissions(estate),
  ];
}

/** Network of every name that a flow may end at: a network, a workload, hypervisors' own network, egress. */
function networksByName(estate: Estate): ReadonlyMap<string, string> {
  const names = new Map<string, string>([["egress", "egress"]]);
  for (const { networks, workloads } of estate.applications) {
    for (const { name } of networks) names.set(name, name);
    for (const { name, network } of workloads) names.set(name, network);
  }
  for (const { network } of estate.hypervisors) names.set(network, network);
  return names;
}

function flowPermissions(
  application: Application,
  networkOf: ReadonlyMap<string, string>,
): readonly Permission[] {
  return application.flows.flatMap(({ from, to, protocol, ports }) =>
    permissions(networkOf.get(from), networkOf.get(to), protocol, ports),
  );
}

function baselinePermissions(estate: Estate, networkOf: ReadonlyMap<string, string>): readonly Permission[] {
  const sources = [
    ...estate.applications.flatMap(({ networks }) => networks.map(({ name }) => name)),
    ...estate.hypervisors.map(({ network }) => network),
    ...(estate.platform.proxies === undefined ? [] : ["ingress"]),
  ];
  return estate.defaults.flows.flatMap(({ to, protocol, ports }) =>
    sources.flatMap((source) => permissions(source, networkOf.get(to), protocol, ports)),
  );
}

/** Published services are reached from the proxies in ingress, VPN services from the clients' network; others by flows only. */
function exposurePermissions(
  application: Application,
  networkOf: ReadonlyMap<string, string>,
): readonly Permission[] {
  return application.services.flatMap(({ workload, protocol, port, exposure }) => {
    // A published datagram service has no load balancer: it is entered from the internet through the edge pair, which takes its own transit address.
    if (exposure === "public" && protocol === "udp") {
      return ["internet", "transit"].flatMap((source) =>
        permissions(source, networkOf.get(workload), protocol, [String(port)]),
      );
    }
    const source = { public: "ingress", vpn: "vpn", internal: undefined, none: undefined }[exposure];
    return permissions(source, networkOf.get(workload), protocol, [String(port)]);
  });
}

/** Bastions reach every server's SSH, and nothing else. */
function administrationPermissions(estate: Estate): readonly Permission[] {
  const targets = [
    ...estate.applications.flatMap(({ networks }) => networks.map(({ name }) => name)),
    ...estate.hypervisors.map(({ network }) => network),
    "ingress",
    "egress",
    "vpn",
  ];
  return targets.flatMap((target) => permissions("admin", target, "tcp", ["22"]));
}

/** What each egress service asks of the internet on behalf of everybody: web, names, time. */
const asked = {
  proxy: ["tcp/80", "tcp/443"],
  packages: ["tcp/80", "tcp/443"],
  resolver: ["tcp/53", "udp/53"],
  ntp: ["udp/123"],
} as const;

/** Only the egress services reach the internet. */
function egressPermissions({ platform }: Estate): readonly Permission[] {
  return (platform.egress?.services ?? []).flatMap((service) =>
    asked[service].flatMap((text) => {
      const [protocol, port] = text.split("/") as ["tcp" | "udp", string];
      return permissions("egress", "internet", protocol, [port]);
    }),
  );
}

function permissions(
  from: string | undefined,
  to: string | undefined,
  protocol: "tcp" | "udp",
  ports: readonly string[],
): readonly Permission[] {
  if (from === undefined || to === undefined || from === to) return [];
  return ports.map((text) => {
    const [first, last] = text.split("-").map(Number) as [number, number?];
    return { from, to, protocol, first, last: last ?? first };
  });
}

/** Whether one permission covers what a rule accepts. */
export function permits(all: readonly Permission[], asked: Permission): boolean {
  return all.some(
    ({ from, to, protocol, first, last }) =>
      from === asked.from &&
      to === asked.to &&
      protocol === asked.protocol &&
      first <= asked.first &&
      asked.last <= last,
  );
}
