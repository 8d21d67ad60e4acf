/** Every permission that the network grants, with its reason and its owner. What is not here is dropped. */
import type { Application, BaselineFlow, Service } from "../estate/estate.ts";
import { zoneKeys } from "../estate/estate.ts";
import { compareText } from "../estate/order.ts";
import type { Endpoint } from "./directory.ts";
import { baselineSources } from "./directory.ts";
import { sortAddresses } from "./ipv4.ts";
import type { Layout } from "./layout.ts";
import { bastionAddresses, legAddress } from "./layout.ts";
import type { Intent } from "./plan.ts";
import type { ServerRole } from "./servers.ts";

type End = Intent["from"];

/** Where proxies take connections from load balancers, and where they say that they are well. */
export const proxyPort = 443;
export const proxyHealthPort = 8404;

/** What each egress service listens on for the inside, and what it needs of the internet. */
export const egressServices = {
  proxy: { listens: ["tcp/3128"], asks: ["tcp/80", "tcp/443"], unit: "squid" },
  packages: { listens: ["tcp/3142"], asks: ["tcp/80", "tcp/443"], unit: "apt-cacher-ng" },
  resolver: { listens: ["tcp/53", "udp/53"], asks: ["tcp/53", "udp/53"], unit: "unbound" },
  ntp: { listens: ["udp/123"], asks: ["udp/123"], unit: "chrony" },
} as const;

/** All intents, sorted by key; two reasons for the same permission are one intent with the first reason's owner. */
export function intentsOf(layout: Layout): Intent[] {
  const { estate } = layout;
  const all = [
    ...estate.applications.flatMap((application) => [
      ...application.flows.map((flow) => flowIntent(layout, flow.from, flow, flow.from)),
      ...application.services.flatMap((service) => exposure(layout, application, service)),
    ]),
    ...baselineSources(estate).flatMap((source) =>
      estate.defaults.flows
        // Within the target's own network nothing passes a firewall, and its hosts open nothing to each other unasked.
        .filter(({ to }) => layout.directory.endpoint(to).network !== source)
        .map((flow) => flowIntent(layout, source, flow, "every")),
    ),
    ...balancerIntents(layout),
    ...administrationIntents(layout),
    ...egressIntents(layout),
  ];
  const byKey = new Map<string, Intent>();
  for (const intent of all) if (!byKey.has(intent.key)) byKey.set(intent.key, intent);
  return [...byKey.values()].sort((a, b) => compareText(a.key, b.key));
}

function flowIntent(layout: Layout, from: string, flow: BaselineFlow, reviewedAs: string): Intent {
  const { to, protocol, ports } = flow;
  return {
    ...keys(from, to, protocol, ports, reviewedAs),
    kind: "flow",
    from: endOf(layout, layout.directory.endpoint(from)),
    to: endOf(layout, layout.directory.endpoint(to)),
    protocol,
    ports,
    why: flow.why,
    owner: flow.owner,
    expires: flow.expires,
  };
}

function keys(
  from: string,
  to: string,
  protocol: string,
  ports: readonly string[],
  reviewedAs = from,
): Pick<Intent, "key" | "group"> {
  const rest = `${to}:${protocol}:${ports.join(",")}`;
  return { key: `${from}:${rest}`, group: `${reviewedAs}:${rest}` };
}

/** Who lives in a network and is meant by its name. The witness votes on the network that it is in. */
const inhabitants: readonly ServerRole[] = ["fleet", "hypervisor", "egress", "proxy", "witness"];

/** The addresses behind a name: those of its servers and guests; of an empty network, its whole prefix. */
function endOf(layout: Layout, endpoint: Endpoint): End {
  if (endpoint.kind === "site") return { privateNetwork: "vpn", addresses: endpoint.prefixes };
  const { network } = endpoint;
  const { servers, guests } = layout.inventory;
  const wanted = endpoint.kind === "workload" ? endpoint.workload.name : undefined;
  const addresses = [
    ...servers
      .filter((server) => inhabitants.includes(server.role) && server.networks.includes(network))
      .filter(({ workload }) => wanted === undefined || workload === wanted)
      .map((server) => legAddress(layout, server, network)),
    ...guests
      .filter((guest) => guest.network === network && (wanted === undefined || guest.workload === wanted))
      .map(({ key }) => layout.addresses.of(network, key)),
  ];
  return {
    privateNetwork: network,
    addresses: addresses.length > 0 ? sortAddresses(addresses) : [layout.cidrOf(network)],
  };
}

function endOfRole(layout: Layout, role: ServerRole, network: string): End {
  const addresses = layout.inventory.servers
    .filter((server) => server.role === role)
    .map((server) => legAddress(layout, server, network));
  return { privateNetwork: network, addresses: sortAddresses(addresses) };
}

const internet: End = { privateNetwork: "internet", addresses: ["0.0.0.0/0"] };

function exposure(layout: Layout, application: Application, service: Service): Intent[] {
  const to = endOf(layout, layout.directory.endpoint(service.workload));
  const ports = [String(service.port)];
  const one = (
    kind: Intent["kind"],
    name: string,
    from: End,
    why: string,
    owner = application.owner,
  ): Intent => ({
    ...keys(name, service.workload, service.protocol, ports),
    kind,
    from,
    to,
    protocol: service.protocol,
    ports,
    why: service.why ?? why,
    owner,
    expires: undefined,
  });
  if (service.exposure === "public") {
    const published = `${service.name} is published as ${service.hostname}`;
    return service.protocol === "udp"
      ? [one("exposure", "internet", internet, published)]
      : [one("exposure", "proxies", endOfRole(layout, "proxy", "ingress"), published)];
  }
  if (service.exposure !== "vpn") return [];
  return layout.estate.accessGroups
    .filter(({ applications }) => applications.includes(application.application))
    .map((group) => {
      const pools = layout.pools.get(group.name);
      const from = {
        privateNetwork: "vpn",
        addresses: pools === undefined ? [] : zoneKeys.map((zone) => pools[zone]),
      };
      return one("vpn", `vpn-${group.name}`, from, group.why, group.owner);
    });
}

function balancerIntents(layout: Layout): Intent[] {
  const { estate } = layout;
  if (estate.platform.loadBalancer === undefined || estate.platform.proxies === undefined) return [];
  const from = {
    privateNetwork: "ingress",
    addresses: zoneKeys.map((zone) => layout.addresses.of("ingress", `load-balancer-${zone}`)),
  };
  const one = (kind: Intent["kind"], port: number, why: string): Intent => ({
    ...keys("load-balancers", "proxies", "tcp", [String(port)]),
    kind,
    from,
    to: endOfRole(layout, "proxy", "ingress"),
    protocol: "tcp",
    ports: [String(port)],
    why,
    owner: estate.organisation.duty,
    expires: undefined,
  });
  return [
    one("exposure", proxyPort, "load balancers hand connections to the proxies of both zones"),
    one("health", proxyHealthPort, "load balancers ask whether a proxy is well"),
  ];
}

/** Bastions reach every server through the pair that serves its network, and firewalls on admin itself. */
function administrationIntents(layout: Layout): Intent[] {
  const from = { privateNetwork: "admin", addresses: bastionAddresses(layout) };
  const groups = Map.groupBy(
    layout.inventory.servers.filter(({ role }) => role !== "bastion"),
    ({ networks }) => networks[0] ?? "",
  );
  return [...groups].map(([network, servers]) => ({
    ...keys("bastions", network, "tcp", ["22"]),
    kind: "administration",
    from,
    to: {
      privateNetwork: network,
      addresses: sortAddresses(servers.map((server) => legAddress(layout, server, network))),
    },
    protocol: "tcp",
    ports: ["22"],
    why: "servers are administered from the bastions alone",
    owner: layout.estate.organisation.duty,
    expires: undefined,
  }));
}

function egressIntents(layout: Layout): Intent[] {
  const { egress } = layout.estate.platform;
  if (egress === undefined) return [];
  const asked = new Set(egress.services.flatMap((service) => egressServices[service].asks));
  return [...asked].sort().map((what) => {
    const [protocol = "tcp", port = ""] = what.split("/");
    return {
      ...keys("egress", "internet", protocol, [port]),
      kind: "egress",
      from: endOfRole(layout, "egress", "egress"),
      to: internet,
      protocol: protocol as "tcp" | "udp",
      ports: [port],
      why: "only the egress services ask the internet, for everybody else",
      owner: layout.estate.organisation.duty,
      expires: undefined,
    };
  });
}
