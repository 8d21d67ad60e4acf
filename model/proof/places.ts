/** Where packets come from and go to: private networks, the internet, what lies beyond tunnels; and who there may be lost. */
import type { Fabric, Onward } from "./fabric.ts";
import { intersect, isEmpty, unite } from "./intervals.ts";
import type { Station } from "./machine.ts";
import type { Model } from "./model.ts";
import type { Leg, Network, Node } from "./network.ts";
import { waysOf } from "./routes.ts";

export interface Place {
  /** Key of the private network, `internet`, or `tunnel:<name>`. */
  readonly key: string;
  /** How permissions call it; clients beyond tunnels and the network where tunnels end are both `vpn`. */
  readonly name: string;
  readonly kind: "private-network" | "internet" | "tunnel";
  /** What lies beyond a tunnel. */
  readonly prefixes: readonly string[];
}

/** Sites by name: what permissions call the far side of a tunnel. Whatever no site names are people's clients, `vpn`. */
export type Sites = readonly { readonly name: string; readonly prefixes: readonly string[] }[];

export const internet: Place = { key: "internet", name: "internet", kind: "internet", prefixes: [] };

export function placesOf(network: Network, sites: Sites): readonly Place[] {
  const beyond = new Map<string, Set<string>>();
  for (const { legs } of network.nodes) {
    for (const leg of legs.filter(({ privateNetwork }) => privateNetwork === undefined)) {
      for (const prefix of leg.beyond) {
        const name = tunnelName(prefix, sites);
        beyond.set(name, (beyond.get(name) ?? new Set()).add(prefix));
      }
    }
  }
  return [
    ...network.privateNetworks.map(
      ({ key, name }): Place => ({ key, name, kind: "private-network", prefixes: [] }),
    ),
    internet,
    ...[...beyond].map(
      ([name, prefixes]): Place => ({ key: `tunnel:${name}`, name, kind: "tunnel", prefixes: [...prefixes] }),
    ),
  ];
}

export function tunnelName(prefix: string, sites: Sites): string {
  return sites.find(({ prefixes }) => prefixes.includes(prefix))?.name ?? "vpn";
}

/** Nodes of a private network whose root may be lost: not Scaleway's own, not those that others route by, not carriers of guests. */
export function hostsOf(
  model: Model,
  fabric: Fabric,
  key: string,
): readonly { readonly station: Station; readonly leg: Leg }[] {
  return fabric
    .membersOf(key)
    .filter(({ station: { node }, leg }) => isHost(model, node) && !model.bridges(node, leg));
}

export function isHost(model: Model, node: Node): boolean {
  return node.kind !== "load-balancer" && node.kind !== "gateway" && !model.routers.has(node.key);
}

/**
 * Everything that a place may send once any of its hosts is lost: any packet, from any source, by any leg of theirs, to any neighbour and
 * to the router, and by an Instance's public interface what its security group lets out. Only by the public interface of bare metal do
 * their own rules count, because every such machine has one: that root there is on the internet is for the blast radius to say.
 */
export function sendingFrom(model: Model, fabric: Fabric, place: Place): readonly Onward[] {
  const { everything } = fabric.space;
  if (place.kind === "internet") return fabric.fromInternet(everything, "new", false);
  if (place.kind === "tunnel") return fromTunnel(model, fabric, place);
  const hosts = hostsOf(model, fabric, place.key);
  const networks = new Set(
    hosts.flatMap(({ station: { node } }) =>
      node.legs.filter((leg) => !model.bridges(node, leg)).map((leg) => leg.privateNetwork),
    ),
  );
  return [
    ...[...networks].flatMap((key) => (key === undefined ? [] : onNetwork(fabric, key, hosts))),
    ...hosts.flatMap(({ station }) => byPublicInterface(fabric, station)),
  ];
}

/** What hosts of a place send by their own rules and routes, from their own addresses. */
export function sentHonestly(model: Model, fabric: Fabric, place: Place): readonly Onward[] {
  if (place.kind !== "private-network") return sendingFrom(model, fabric, place);
  return hostsOf(model, fabric, place.key).flatMap(({ station }) => {
    const { sent } = station.send({ ...fabric.space.everything, source: station.own }, "new", false);
    return sent.flatMap(({ piece, way }) =>
      fabric
        .leaving(station.node, way, piece.box, "new", false)
        .map((each) => ({ ...each, doubt: each.doubt ?? piece.doubt })),
    );
  });
}

function onNetwork(
  fabric: Fabric,
  key: string,
  hosts: readonly { readonly station: Station }[],
): readonly Onward[] {
  const { everything } = fabric.space;
  const only = hosts.length === 1 ? hosts[0]?.station.key : undefined;
  const neighbours = fabric.membersOf(key).filter(({ station }) => station.key !== only);
  return [
    ...neighbours.map(
      ({ station, leg }): Onward => ({
        box: everything,
        to: { kind: "station", station, incoming: leg.interface },
        crossed: [],
        doubt: undefined,
      }),
    ),
    ...fabric.throughRouter(key, everything, false),
  ];
}

function byPublicInterface(fabric: Fabric, station: Station): readonly Onward[] {
  const { node } = station;
  const outside = node.publicInterface;
  if (outside === undefined) return [];
  if (node.kind === "instance") {
    if (!fabric.isPublic(node)) return [];
    const { everything } = fabric.space;
    const way = { destinations: everything.destination, interface: outside.interface, gateway: undefined };
    return fabric.leaving(node, way, everything, "new", false);
  }
  const ways = waysOf(node, undefined, fabric.space);
  if (!ways.some((way) => way.interface === outside.interface)) return [];
  return station
    .send(fabric.space.everything, "new", false)
    .sent.filter(({ way }) => way.interface === outside.interface)
    .flatMap(({ piece, way }) =>
      fabric
        .leaving(node, way, piece.box, "new", false)
        .map((each) => ({ ...each, doubt: each.doubt ?? piece.doubt })),
    );
}

function fromTunnel(model: Model, fabric: Fabric, place: Place): readonly Onward[] {
  const { everything } = fabric.space;
  const source = unite(...place.prefixes.map((prefix) => fabric.space.of(prefix)));
  return tunnelEnds(model, fabric).flatMap(({ station, leg }): Onward[] => {
    const mine = intersect(source, unite(...leg.beyond.map((prefix) => fabric.space.of(prefix))));
    if (isEmpty(mine)) return [];
    const box = { ...everything, source: mine };
    return [
      { box, to: { kind: "station", station, incoming: leg.interface }, crossed: [], doubt: undefined },
    ];
  });
}

export function tunnelEnds(
  model: Model,
  fabric: Fabric,
): readonly { readonly station: Station; readonly leg: Leg }[] {
  const ends = fabric.membersOf("");
  return ends.filter(({ station }) => model.node(station.key) !== undefined);
}
