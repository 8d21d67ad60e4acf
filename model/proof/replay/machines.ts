/** From a machine's API object and its own state to its node in the network at this instant. */
import type { Leg, Node, PublicInterface, Route, SecurityGroup, Undetermined } from "../network.ts";
import { plainAddress, prefixOf } from "../read/addresses.ts";
import type { Networkd } from "../read/networkd.ts";
import type { Places } from "../read/private-networks.ts";
import { protocolOf } from "../read/vpcs.ts";
import type { Properties } from "./entries.ts";
import { listOf, propertiesOf, tagsOf, textOf } from "./entries.ts";
import type { Link, LiveHost } from "./hosts.ts";
import type { Objects } from "./objects.ts";

/** Scaleway's objects and what they are called. */
export interface Surroundings {
  readonly objects: Objects;
  keyOf(object: Properties): string;
  /** Tags that are believed: they say whose an object is. */
  tagsOf(object: Properties): ReadonlyMap<string, string>;
  networkKey(id: string): string | undefined;
}

/** What is known of a machine's part in the whole as well. */
export interface History extends Surroundings {
  /** Keys of networks that a machine (by key) stands on at some instant. */
  homesOf(machine: string): readonly string[];
  /** Private networks with their prefixes, as they are now. */
  readonly places: Places;
  /** Whether a machine (by key) ever only carries guests on a network (by key). */
  carries(machine: string, network: string): boolean;
}

export interface Attachment {
  readonly network: string;
  readonly vlan: number | undefined;
  readonly mac: string | undefined;
}

export interface MachineParts {
  readonly id: string;
  readonly kind: "bare-metal" | "instance";
  readonly object: Properties;
  readonly host: LiveHost;
}

export function machineNode(
  { id, kind, object, host }: MachineParts,
  around: History,
): { readonly node: Node; readonly undetermined: readonly Undetermined[] } {
  const key = around.keyOf(object);
  const tags = tagsOf(object.tags);
  const origin = { resource: `${kind}::${textOf(object.name) ?? id}`, stack: "" };
  const attachments = attachmentsOf(id, kind, around);
  const unread = new Set(host.unread);
  const legs = legsOf(host, attachments, {
    places: around.places,
    carries: (network) => around.carries(key, network),
  });
  const publicLink = [...host.links.values()].find(
    ({ kind: its, mac }) => its === "physical" && !attachments.some((each) => each.mac === mac),
  );
  for (const { path, why } of host.networkd.strange)
    if (/device|policy/.test(why)) unread.add(`${path}: ${why}`);
  const outside = publicLink?.up === true ? publicLink.name : undefined;
  const tunnels = tunnelsOf(host.networkd);
  // A link whose attachment is gone leads nowhere, and its routes with it.
  const ways = new Set([...legs, ...tunnels].map((leg) => leg.interface).concat(outside ?? []));
  const group = kind === "instance" ? groupOf(object, around.objects) : undefined;
  if (group === "unknown") unread.add("a security group that the log does not tell");
  const node: Node = {
    key,
    name: textOf(object.name) ?? id,
    kind,
    origin,
    zone: textOf(object.zone) ?? "",
    role: tags.get("role") ?? "",
    application: tags.get("application"),
    workload: tags.get("workload"),
    legs: [...legs, ...tunnels],
    homes: around.homesOf(key),
    publicInterface: publicInterface(
      publicLink,
      publicAddresses(id, kind, object, around.objects),
      group === "unknown" ? undefined : group,
    ),
    rulesets: host.rulesets,
    forwards: host.forwards,
    speaks: { 4: true, 6: host.speaks6(legs.map((leg) => leg.interface)) },
    routes: routesOf(host).filter((route) => ways.has(route.interface)),
    carriedBy: [],
    translations: [],
  };
  return {
    node,
    undetermined: [...unread].map((why) => ({ origin, property: "log", why, scope: key })),
  };
}

/** What plugs a machine into private networks: VLANs of bare metal, cards of an Instance. */
export function plugsOf(id: string, kind: MachineParts["kind"], objects: Objects): readonly Properties[] {
  return kind === "bare-metal"
    ? (objects.attachments.get(id) ?? [])
    : [...objects.of("nic").values()].filter((nic) => nic.server_id === id);
}

function attachmentsOf(id: string, kind: MachineParts["kind"], around: Surroundings): readonly Attachment[] {
  return plugsOf(id, kind, around.objects).flatMap(
    ({ private_network_id: network, vlan, mac_address: mac }) => {
      const key = around.networkKey(String(network));
      if (key === undefined) return [];
      return [
        {
          network: key,
          vlan: typeof vlan === "number" ? vlan : undefined,
          mac: textOf(mac)?.toLowerCase(),
        },
      ];
    },
  );
}

/**
 * Legs as the kernel has them. An attachment without a link is there all the same: whoever has root there sets one. Every private network
 * has an IPv6 prefix that its router tells, which a simulated kernel does not hear: a card with IPv6 is taken to have an address of it.
 */
function legsOf(
  host: LiveHost,
  attachments: readonly Attachment[],
  around: { readonly places: Places; readonly carries: (network: string) => boolean },
): readonly Leg[] {
  const links = [...host.links.values()];
  return attachments.map(({ network, vlan, mac }): Leg => {
    const link = links.find((each) =>
      vlan !== undefined ? each.kind === "vlan" && each.vlan === vlan : mac !== undefined && each.mac === mac,
    );
    const name = link?.name ?? `unset-${network}`;
    const bridged = around.carries(network) && (link?.addresses.length ?? 0) === 0;
    const six =
      link === undefined || bridged || !host.speaks6([link.name])
        ? undefined
        : around.places.addressOfCard(network, link.mac);
    return {
      interface: name,
      privateNetwork: network,
      addresses: link?.up ? [...link.addresses, ...(six === undefined ? [] : [six])] : [],
      virtualAddresses: link?.up ? link.virtual.map(plainAddress) : [],
      beyond: [],
      ...(bridged ? { bridges: true as const } : {}),
    };
  });
}

/** A network that the machine's files make it hand to guests. */
export function bridgedLinks({ networkd }: LiveHost): ReadonlySet<string> {
  return new Set(
    networkd.interfaces
      .filter(({ bridge, addresses }) => bridge !== undefined && addresses.length === 0)
      .map(({ name }) => name),
  );
}

function tunnelsOf({ interfaces, routes }: Networkd): readonly Leg[] {
  return interfaces
    .filter(({ kind }) => kind === "wireguard")
    .map(({ name, addresses, peers }) => {
      const connected = addresses.flatMap((address) => prefixOf(address) ?? []);
      const onLink = routes
        .filter((route) => route.interface === name && route.gateway === undefined)
        .map(({ destination }) => destination);
      return {
        interface: name,
        privateNetwork: undefined,
        addresses,
        virtualAddresses: [],
        beyond: [...new Set([...connected, ...onLink, ...peers])].sort(),
      };
    });
}

/** Its addresses at Scaleway are where the internet sends to, and those of the link are what it answers for. */
function publicInterface(
  link: Link | undefined,
  assigned: readonly string[],
  securityGroup: SecurityGroup | undefined,
): PublicInterface | undefined {
  if (link === undefined || !link.up) return undefined;
  const addresses = [...new Set([...assigned, ...link.addresses.map(plainAddress)])].sort();
  return addresses.length === 0 ? undefined : { interface: link.name, addresses, securityGroup };
}

/** Those that Scaleway sends to it. */
export function publicAddresses(
  id: string,
  kind: MachineParts["kind"],
  object: Properties,
  objects: Objects,
): readonly string[] {
  if (kind === "bare-metal") {
    const flexible = [...objects.of("flexibleIp").values()].filter(({ server_id: server }) => server === id);
    return [
      ...listOf(object.ips).flatMap(({ address }) => textOf(address) ?? []),
      ...flexible.flatMap(({ ip_address: address }) => textOf(address) ?? []),
    ].map(plainAddress);
  }
  const known = objects.of("instanceIp");
  const own = listOf(object.public_ips).filter((ip) => {
    const held = known.get(String(ip.id));
    const server = textOf(propertiesOf(held?.server).id);
    return held === undefined ? ip.dynamic === true : server === undefined || server === id;
  });
  const attached = [...known.values()].filter((ip) => propertiesOf(ip.server).id === id);
  return [...own, ...attached].flatMap(({ address }) => textOf(address) ?? []).map(plainAddress);
}

/** The security group of an Instance; `unknown` for one that nothing tells of. */
export function groupOf(server: Properties, objects: Objects): SecurityGroup | undefined | "unknown" {
  const id = textOf(propertiesOf(server.security_group).id);
  if (id === undefined) return undefined;
  const group = objects.of("securityGroup").get(id);
  if (group === undefined) return "unknown";
  const rules = objects.rules.get(id) ?? [];
  const side = (direction: "inbound" | "outbound"): SecurityGroup["inbound"] => ({
    defaultPolicy: group[`${direction}_default_policy`] === "drop" ? "drop" : "accept",
    rules: rules
      .filter((rule) => rule.direction === direction)
      .map((rule) => ({
        action: rule.action === "drop" ? "drop" : "accept",
        protocol: protocolOf(rule.protocol),
        remote: textOf(rule.ip_range) ?? "0.0.0.0/0",
        ports: portsOf(rule.dest_port_from, rule.dest_port_to),
      })),
  });
  return {
    origin: { resource: `security-group::${textOf(group.name) ?? id}`, stack: "" },
    stateful: group.stateful !== false,
    inbound: side("inbound"),
    outbound: side("outbound"),
  };
}

export function portsOf(low: unknown, high: unknown): readonly [number, number] {
  const first = Number(low ?? 0);
  const last = Number(high ?? 0);
  return first === 0 && last === 0 ? [0, 65535] : [first, Math.max(first, last)];
}

/** Those of tables for one interface first; of two to one destination the one with the lower metric. */
function routesOf({ routes, links, networkd }: LiveHost): readonly Route[] {
  const inTables = networkd.routes.filter(({ table }) => !isMain(table));
  const main = new Map<string, { readonly route: Route; readonly metric: number }>();
  for (const { destination, gateway, link, metric } of routes) {
    if (links.get(link)?.up !== true) continue;
    const apart = inTables.some(
      (each) => each.destination === destination && each.gateway === gateway && each.interface === link,
    );
    const known = main.get(destination);
    if (!apart && (known === undefined || metric < known.metric))
      main.set(destination, { route: { destination, gateway, interface: link }, metric });
  }
  const plain = [...main.values()].map(({ route }) => route);
  const connected = [...links.values()].flatMap(({ name, addresses }) =>
    addresses.flatMap((address) => {
      const destination = prefixOf(address);
      return destination === undefined ? [] : [{ destination, gateway: undefined, interface: name }];
    }),
  );
  const special = networkd.policies.flatMap(({ incoming, table, withoutDefault }) =>
    (isMain(table)
      ? [...connected, ...plain]
      : networkd.routes
          .filter((route) => route.table === table)
          .map(({ destination, gateway, interface: name }) => ({ destination, gateway, interface: name }))
    )
      .filter(({ destination }) => !(withoutDefault && destination.endsWith("/0")))
      .map((route) => ({ ...route, incoming })),
  );
  return [...special, ...plain];
}

function isMain(table: string | undefined): boolean {
  return table === undefined || table === "main" || table === "254";
}
