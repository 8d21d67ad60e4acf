/** Who is where: networks, pairs, servers and their addresses, decided once and asked by everything that writes files. */
import type { Estate, ZoneKey } from "../estate/estate.ts";
import type { Addresses } from "./addresses.ts";
import { memberHolder, virtualHolder } from "./addresses.ts";
import type { Directory } from "./directory.ts";
import type { PairSpec } from "./firewalls.ts";
import type { NetworkSpec } from "./networks.ts";
import type { Pools } from "./pools.ts";
import type { Inventory, ServerSpec } from "./servers.ts";

export interface Layout {
  readonly estate: Estate;
  readonly directory: Directory;
  readonly networks: readonly NetworkSpec[];
  readonly pairs: readonly PairSpec[];
  readonly inventory: Inventory;
  readonly addresses: Addresses;
  readonly pools: Pools["byGroup"];
  /** The pair that serves a network; none for transit and admin, where every pair has a leg. */
  readonly pairOf: (network: string) => PairSpec | undefined;
  readonly cidrOf: (network: string) => string;
  readonly interfaceOf: (network: string) => string;
}

export function layoutOf(
  parts: Pick<Layout, "estate" | "directory" | "networks" | "pairs" | "inventory" | "addresses" | "pools"> & {
    readonly cidrs: ReadonlyMap<string, string>;
  },
): Layout {
  const { cidrs, ...rest } = parts;
  const serving = new Map(
    rest.pairs.flatMap((pair) => pair.networks.map((network) => [network, pair] as const)),
  );
  const byKey = new Map(rest.networks.map((network) => [network.key, network]));
  const known = <T>(value: T | undefined, network: string): T => {
    if (value === undefined) throw new Error(`network ${network} is not in the estate: parse it first`);
    return value;
  };
  return {
    ...rest,
    pairOf: (network) => serving.get(network),
    cidrOf: (network) => known(cidrs.get(network), network),
    interfaceOf: (network) => known(byKey.get(network), network).interface,
  };
}

/** Key of the reservation that a server's leg holds. */
export function legReservation(server: ServerSpec, network: string): string {
  const holder =
    server.pair !== undefined && server.zoneKey !== undefined && server.pair.networks.includes(network)
      ? memberHolder(server.zoneKey)
      : server.key;
  return `${network}.${holder}`;
}

/** A server's own address in one of its networks. */
export function legAddress(layout: Layout, server: ServerSpec, network: string): string {
  const key = legReservation(server, network);
  return layout.addresses.of(network, key.slice(network.length + 1));
}

/** A pair's virtual address in a network: its own on transit and admin, the gateway's where it serves. */
export function virtualAddress(layout: Layout, pair: PairSpec, network: string): string {
  return layout.addresses.of(network, pair.networks.includes(network) ? virtualHolder : pair.key);
}

export function memberAddress(layout: Layout, pair: PairSpec, zone: ZoneKey, network: string): string {
  return layout.addresses.of(
    network,
    pair.networks.includes(network) ? memberHolder(zone) : pair.members[zone],
  );
}

/** The pair that holds the way out: it serves egress. */
export function exitPair(layout: Layout): PairSpec {
  const pair = layout.pairOf("egress");
  if (pair === undefined) throw new Error("no pair serves egress");
  return pair;
}

/** Addresses of both bastions on admin, sorted by zone. */
export function bastionAddresses(layout: Layout): string[] {
  return layout.inventory.servers
    .filter(({ role }) => role === "bastion")
    .map((server) => legAddress(layout, server, "admin"));
}
