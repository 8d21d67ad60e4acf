/**
 * Prefixes and addresses that never move: what the memory holds is taken as it is, what is new takes the first place that nobody
 * ever had (ADR 2). In a network that a pair serves, `.1` is the VPC's router, `.2` the pair's virtual address, `.3` and `.4` its members. Hosts and
 * guests follow; legs that only bridge have the last addresses, so that a hypervisor more or less moves nobody.
 */
import type { Estate, ZoneKey } from "../estate/estate.ts";
import { zoneKeys } from "../estate/estate.ts";
import { compareText } from "../estate/order.ts";
import type { PairSpec } from "./firewalls.ts";
import {
  contains,
  firstFree,
  formatAddress,
  formatPrefix,
  parseAddress,
  parsePrefix,
  sizeOf,
} from "./ipv4.ts";
import type { PlanMemory } from "./memory.ts";
import type { NetworkSpec } from "./networks.ts";
import type { ReservationPlan } from "./plan.ts";
import type { PlanProblem } from "./plan-problems.ts";
import type { Inventory } from "./servers.ts";

/** Holders of a pair's addresses in a network it serves. They do not name the pair: a network that changes pairs keeps its gateway. */
export const virtualHolder = "virtual";
export const memberHolder = (zone: ZoneKey): string => `firewall-${zone}`;

export interface Prefixes {
  readonly cidrs: ReadonlyMap<string, string>;
  readonly problems: readonly PlanProblem[];
}

/** A prefix for every network: the estate's own where it fixes one, else the remembered one, else the first never used. */
export function allocatePrefixes(
  estate: Estate,
  networks: readonly NetworkSpec[],
  previous: PlanMemory,
): Prefixes {
  const { addressSpace } = estate.organisation;
  const cidrs = new Map<string, string>();
  const problems: PlanProblem[] = [];
  for (const { key, cidr, prefixLength } of networks) {
    const before = previous.networks[key]?.cidr;
    if (cidr !== undefined) cidrs.set(key, cidr);
    else if (
      before !== undefined &&
      parsePrefix(before).length === prefixLength &&
      contains(addressSpace, before)
    )
      cidrs.set(key, before);
  }
  const remembered = Object.values(previous.networks).map(({ cidr }) => cidr);
  const taken = [...new Set([...remembered, ...cidrs.values()])].map(parsePrefix);
  const fresh = networks
    .filter(({ key }) => !cidrs.has(key))
    // Large ones first: a small prefix in the middle of the space would cost a large one its place.
    .sort((a, b) => a.prefixLength - b.prefixLength || compareText(a.key, b.key));
  for (const { key, prefixLength } of fresh) {
    const prefix = firstFree(addressSpace, prefixLength, taken);
    if (prefix === undefined) {
      problems.push({
        code: "PLAN-004",
        where: `organisation.yaml addressSpace, network ${key}`,
        got: `no free /${prefixLength} in ${addressSpace}`,
        allowed: "a space that holds every network, those destroyed included",
        because: `${taken.length} prefixes take ${taken.reduce((sum, { length }) => sum + sizeOf(length), 0)} of ${sizeOf(parsePrefix(addressSpace).length)} addresses, and a /${prefixLength} needs ${sizeOf(prefixLength)} in a row`,
        hint: "smaller prefixLength, or delete the lines of destroyed networks from allocations.yaml",
      });
      continue;
    }
    taken.push(prefix);
    cidrs.set(key, formatPrefix(prefix));
  }
  return { cidrs, problems };
}

type Booking = Pick<ReservationPlan, "privateNetwork" | "purpose"> & { readonly holder: string };

/** Every address that must be booked, without a number yet. */
export function bookings(estate: Estate, pairs: readonly PairSpec[], inventory: Inventory): Booking[] {
  const ofPairs = pairs.flatMap((pair) => [
    ...["admin", "transit"].flatMap((privateNetwork): Booking[] => [
      { privateNetwork, holder: pair.key, purpose: "virtual" },
      ...zoneKeys.map((zone): Booking => ({ privateNetwork, holder: pair.members[zone], purpose: "leg" })),
    ]),
    ...pair.networks.flatMap((privateNetwork): Booking[] => [
      { privateNetwork, holder: virtualHolder, purpose: "virtual" },
      ...zoneKeys.map((zone): Booking => ({ privateNetwork, holder: memberHolder(zone), purpose: "leg" })),
    ]),
  ]);
  const ofServers = inventory.servers
    .filter(({ role }) => role !== "firewall")
    .flatMap(({ key, networks }) =>
      networks.map((privateNetwork): Booking => ({ privateNetwork, holder: key, purpose: "leg" })),
    );
  // Nothing answers at these. Scaleway books an address for every attachment, and unasked takes the one that the next guest is to have.
  const ofBridges = inventory.servers.flatMap(({ key, bridged }) =>
    bridged.map((privateNetwork): Booking => ({ privateNetwork, holder: key, purpose: "bridge" })),
  );
  const ofGuests = inventory.guests.map(
    ({ key, network }): Booking => ({
      privateNetwork: network,
      holder: key,
      purpose: "guest",
    }),
  );
  const ofZones = zoneKeys.flatMap((zone): Booking[] => [
    ...(estate.platform.loadBalancer === undefined
      ? []
      : [{ privateNetwork: "ingress", holder: `load-balancer-${zone}`, purpose: "load-balancer" } as const]),
    { privateNetwork: "egress", holder: `gateway-${zone}`, purpose: "gateway" },
  ]);
  return [...ofPairs, ...ofServers, ...ofBridges, ...ofGuests, ...ofZones];
}

export interface Addresses {
  /** Sorted by key. */
  readonly reservations: readonly Omit<ReservationPlan, "tags">[];
  readonly of: (privateNetwork: string, holder: string) => string;
  readonly problems: readonly PlanProblem[];
}

const fixedOffsets: Readonly<Record<string, number>> = {
  [virtualHolder]: 2,
  [memberHolder("par-1")]: 3,
  [memberHolder("par-2")]: 4,
};
const firstHostOffset = 5;

/** An address for every booking. */
export function allocateAddresses(
  wanted: readonly Booking[],
  cidrs: ReadonlyMap<string, string>,
  previous: PlanMemory,
): Addresses {
  const byNetwork = Map.groupBy(wanted, ({ privateNetwork }) => privateNetwork);
  const remembered = Map.groupBy(Object.entries(previous.addresses), ([key]) =>
    key.slice(0, key.indexOf(".")),
  );
  const found = new Map<string, string>();
  const problems: PlanProblem[] = [];
  for (const [network, list] of byNetwork) {
    const cidr = cidrs.get(network);
    if (cidr === undefined) continue;
    const { base, length } = parsePrefix(cidr);
    const last = sizeOf(length) - 2;
    const before = new Map((remembered.get(network) ?? []).filter(([, address]) => contains(cidr, address)));
    const taken = new Set([...before.values()].map((address) => parseAddress(address) - base));
    for (const { holder, purpose } of [...list].sort(inOrder)) {
      const key = `${network}.${holder}`;
      const kept = before.get(key);
      const offset =
        fixedOffsets[holder] ??
        (kept === undefined ? freeOffset(purpose, taken, last) : parseAddress(kept) - base);
      if (offset === undefined) {
        problems.push({
          code: "PLAN-005",
          where: `network ${network}, ${holder}`,
          got: `no free address in ${cidr}`,
          allowed: `${last - firstHostOffset + 1} hosts, guests and hypervisors that carry these, those destroyed included`,
          because: `of ${sizeOf(length)} addresses, two are the network's and Scaleway's broadcast, one the VPC router's and three the firewall pair's`,
          hint: "give the network a smaller prefixLength (this replaces it), or delete lines of destroyed hosts from allocations.yaml",
        });
        continue;
      }
      taken.add(offset);
      found.set(key, formatAddress(base + offset));
    }
  }
  const reservations = wanted
    .map(({ privateNetwork, holder, purpose }) => ({
      key: `${privateNetwork}.${holder}`,
      privateNetwork,
      address: found.get(`${privateNetwork}.${holder}`) ?? "",
      purpose,
    }))
    .sort((a, b) => compareText(a.key, b.key));
  return {
    reservations,
    of: (privateNetwork, holder) => {
      const address = found.get(`${privateNetwork}.${holder}`);
      if (address === undefined) throw new Error(`${privateNetwork}.${holder} was not booked`);
      return address;
    },
    problems,
  };
}

/** Legs that only bridge come last: what was there before they had addresses keeps its own. */
function inOrder(a: Booking, b: Booking): number {
  return Number(a.purpose === "bridge") - Number(b.purpose === "bridge") || compareText(a.holder, b.holder);
}

function freeOffset(
  purpose: Booking["purpose"],
  taken: ReadonlySet<number>,
  last: number,
): number | undefined {
  const offsets = Array.from({ length: last - firstHostOffset + 1 }, (_, index) => firstHostOffset + index);
  return purpose === "bridge"
    ? offsets.findLast((offset) => !taken.has(offset))
    : offsets.find((offset) => !taken.has(offset));
}
