/** From attachments and a host's own files to legs: which interface is on which private network, with which addresses. */
import type { Leg, Route } from "../network.ts";
import { plainAddress, prefixOf } from "./addresses.ts";
import type { Attachment } from "./attachments.ts";
import type { Host } from "./hosts.ts";
import { dhcpMetric, type Interface, type Networkd, type NetworkdRoute } from "./networkd.ts";
import type { Places } from "./private-networks.ts";

/** An attachment and the interface that a host has on it, if it has one. */
export interface Joined {
  readonly attachment: Attachment;
  readonly interface: Interface | undefined;
}

/**
 * Joins a host's interfaces to its attachments: by VLAN number or MAC address, which is what carries packets; before those numbers are
 * known, by the address booked, then by a network that the address lies in, and last by what the same name is on other hosts.
 */
export function joinLegs(
  host: Host,
  attachments: readonly Attachment[],
  places: Places,
  names: ReadonlyMap<string, string>,
): readonly Joined[] {
  const interfaces = (host.networkd?.interfaces ?? []).filter(
    ({ kind }) => kind === "vlan" || kind === "card",
  );
  const left = new Set(attachments);
  const found = new Map<Attachment, Interface>();
  const take = (pick: (each: Interface) => Attachment | undefined): void => {
    for (const each of interfaces) {
      if ([...found.values()].includes(each)) continue;
      const attachment = pick(each);
      if (attachment === undefined || !left.delete(attachment)) continue;
      found.set(attachment, each);
    }
  };
  take((each) => {
    const link = linkOf(each, host.links);
    return link === undefined
      ? undefined
      : [...left].find(({ vlan, mac }) => link === mac || link === String(vlan));
  });
  take((each) => {
    const own = each.addresses.map(plainAddress);
    return [...left].find(({ addresses }) =>
      addresses.some((address) => own.includes(plainAddress(address))),
    );
  });
  take((each) => {
    const among = [...left].map(({ network }) => network);
    const networks = each.addresses.map((address) => places.networkOf(address, among));
    return [...left].find(({ network }) => networks.includes(network));
  });
  take((each) => [...left].find(({ network }) => names.get(each.name) === network));
  return attachments.map((attachment) => ({ attachment, interface: found.get(attachment) }));
}

/** A number or address in the device's own file, or what the command fills in for its mark. */
function linkOf({ name, link }: Interface, links: ReadonlyMap<string, string>): string | undefined {
  return link === undefined || link.startsWith("__") ? links.get(name) : link;
}

/** Legs on private networks, then tunnels. A host that no script configures takes its booked addresses from DHCP; bare metal sets no VLAN by itself. */
export function legsOf(host: Host, joined: readonly Joined[], kind: "bare-metal" | "instance"): Leg[] {
  const onNetworks = joined.map(({ attachment, interface: its }): Leg => {
    const booked = kind === "instance" ? attachment.addresses : [];
    return {
      interface: its?.name ?? `unset-${attachment.network}`,
      privateNetwork: attachment.network,
      addresses: its?.addresses ?? booked,
      virtualAddresses: host.virtualAddresses.get(its?.name ?? "") ?? [],
      beyond: [],
      ...(its?.bridge !== undefined && its.addresses.length === 0 ? { bridges: true as const } : {}),
    };
  });
  const tunnels = (host.networkd?.interfaces ?? [])
    .filter((each) => each.kind === "wireguard")
    .map(
      (each): Leg => ({
        interface: each.name,
        privateNetwork: undefined,
        addresses: each.addresses,
        virtualAddresses: host.virtualAddresses.get(each.name) ?? [],
        beyond: beyond(each, host),
      }),
    );
  return [...onNetworks, ...tunnels];
}

/** Peers are enrolled on the host: what a tunnel leads to is what it has addresses and on-link routes for. */
function beyond(tunnel: Interface, host: Host): string[] {
  const connected = tunnel.addresses.flatMap((address) => prefixOf(address) ?? []);
  const onLink = (host.networkd?.routes ?? [])
    .filter((route) => route.interface === tunnel.name && route.gateway === undefined)
    .map(({ destination }) => destination);
  return [...new Set([...connected, ...onLink, ...tunnel.peers])].sort();
}

/**
 * Routes of the host: those of tables for one interface first, as the kernel asks them. Of two to one destination the one with the lower metric
 * counts, for nothing takes it away while its interface is up.
 */
export function routesOf(host: Host, publicInterface: string | undefined): Route[] {
  const { networkd } = host;
  const outside = publicRoutes(host, publicInterface);
  if (networkd === undefined) return outside.map(plain);
  const main = best([...networkd.routes.filter(({ table }) => isMain(table)), ...outside]);
  const special = networkd.policies.flatMap((policy) => {
    const asked = isMain(policy.table)
      ? [...connected(networkd), ...main]
      : best(networkd.routes.filter(({ table }) => table === policy.table));
    return asked
      .filter(({ destination }) => !(policy.withoutDefault && /\/0$/.test(destination)))
      .map((route) => ({ ...plain(route), incoming: policy.incoming }));
  });
  return [...special, ...main.map(plain)];
}

function isMain(table: string | undefined): boolean {
  return table === undefined || table === "main" || table === "254";
}

/** What the kernel itself puts into the main table for an interface's addresses. */
function connected({ interfaces }: Networkd): NetworkdRoute[] {
  return interfaces.flatMap(({ name, addresses }) =>
    addresses.flatMap((address) => {
      const destination = prefixOf(address);
      return destination === undefined
        ? []
        : [{ destination, gateway: undefined, interface: name, metric: 0, table: undefined }];
    }),
  );
}

function best(routes: readonly NetworkdRoute[]): NetworkdRoute[] {
  const byDestination = new Map<string, NetworkdRoute>();
  for (const route of routes) {
    const other = byDestination.get(route.destination);
    if (other === undefined || route.metric < other.metric) byDestination.set(route.destination, route);
  }
  return [...byDestination.values()];
}

function plain({ destination, gateway, interface: name }: NetworkdRoute): Route {
  return { destination, gateway, interface: name };
}

/** What the public card takes from DHCP. An image that nobody configured takes both families' default routes. */
function publicRoutes(host: Host, name: string | undefined): NetworkdRoute[] {
  if (name === undefined) return [];
  const dhcp = host.networkd?.others ?? { dhcp4: true, dhcp6: true };
  const one = (destination: string): NetworkdRoute => ({
    destination,
    gateway: undefined,
    interface: name,
    metric: dhcpMetric,
    table: undefined,
  });
  return [...(dhcp.dhcp4 ? [one("0.0.0.0/0")] : []), ...(dhcp.dhcp6 ? [one("::/0")] : [])];
}
