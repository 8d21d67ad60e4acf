/** Where packets come from and go to: private networks, the internet, what lies beyond tunnels; and who there may be lost. */
import type { AddressSpace } from "./addresses.ts";
import { familyOf, stretchOf } from "./addresses.ts";
import type { Fabric, Onward } from "./fabric.ts";
import type { Intervals } from "./intervals.ts";
import { intersect, isEmpty, subtract, unite } from "./intervals.ts";
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
  /** Parts of those prefixes that are other places. */
  readonly without: readonly string[];
}

/**
 * Who is beyond tunnels, by name: sites, and groups of people whose part of the clients' addresses is known. Whatever none of them has are
 * people's clients, `vpn`.
 */
export type Sites = readonly { readonly name: string; readonly prefixes: readonly string[] }[];

/** Prefixes that proofs of a network ask for, whether or not the network names them. */
export function prefixesOf(sites: Sites): readonly string[] {
  return sites.flatMap(({ prefixes }) => prefixes);
}

export const internet: Place = {
  key: "internet",
  name: "internet",
  kind: "internet",
  prefixes: [],
  without: [],
};

const clients = "vpn";

export function placesOf(network: Network, sites: Sites): readonly Place[] {
  const beyond = new Set(
    network.nodes.flatMap(({ legs }) =>
      legs.filter(({ privateNetwork }) => privateNetwork === undefined).flatMap((leg) => leg.beyond),
    ),
  );
  const named = sites.flatMap(({ name, prefixes }): Place[] => {
    const there = prefixes.filter((prefix) => [...beyond].some((each) => holds(each, prefix)));
    return there.length === 0 ? [] : [tunnelPlace(name, there, [])];
  });
  const taken = named.flatMap(({ prefixes }) => prefixes);
  const others = [...beyond].filter((prefix) => !taken.includes(prefix));
  return [
    ...network.privateNetworks.map(
      ({ key, name }): Place => ({ key, name, kind: "private-network", prefixes: [], without: [] }),
    ),
    internet,
    ...named,
    ...(others.length === 0 ? [] : [tunnelPlace(clients, others, taken)]),
  ];
}

function tunnelPlace(name: string, prefixes: readonly string[], without: readonly string[]): Place {
  return { key: `tunnel:${name}`, name, kind: "tunnel", prefixes, without };
}

function holds(outer: string, inner: string): boolean {
  const [one, other] = [stretchOf(outer), stretchOf(inner)] as const;
  return (
    familyOf(outer) === familyOf(inner) &&
    one !== undefined &&
    other !== undefined &&
    one[0] <= other[0] &&
    other[1] <= one[1]
  );
}

/** Addresses beyond a tunnel that are a place's. */
export function atomsOf({ prefixes, without }: Place, space: AddressSpace): Intervals {
  const atoms = (all: readonly string[]): Intervals => unite(...all.map((prefix) => space.of(prefix)));
  return subtract(atoms(prefixes), atoms(without));
}

/** The place that a tunnel is named after. */
export function tunnelName(prefix: string, sites: Sites): string {
  return sites.find(({ prefixes }) => prefixes.includes(prefix))?.name ?? clients;
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

export function isHost({ routers }: Pick<Model, "routers">, node: Node): boolean {
  return node.kind !== "load-balancer" && node.kind !== "gateway" && !routers.has(node.key);
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
  const source = atomsOf(place, fabric.space);
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
