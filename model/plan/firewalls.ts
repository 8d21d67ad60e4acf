/** Which pair of firewalls serves which network: one trust class a pair, one member a zone, a leg in each network served. */
import { bareMetalOffers, instanceTypes } from "../estate/catalogue.ts";
import type { Estate, ZoneKey } from "../estate/estate.ts";
import { sortedBy } from "../estate/order.ts";
import type { Conversation } from "./directory.ts";
import type { PlanMemory } from "./memory.ts";
import type { NetworkSpec } from "./networks.ts";
import type { Bin, Traffic } from "./packing.ts";
import { loadOf, pack, trafficOf } from "./packing.ts";
import type { PlanProblem } from "./plan-problems.ts";

/** Networks that Scaleway lets a server have by default (Elastic Metal and Instance documentation, 2025-10). */
export const defaultLegs = 8;

/** A pair, before its members have addresses. */
export interface PairSpec {
  readonly key: string;
  readonly kind: "segmentation" | "edge" | "access";
  readonly trustClass: string | undefined;
  readonly vrid: number;
  readonly members: Readonly<Record<ZoneKey, string>>;
  /** Networks served, transit and admin apart, sorted. */
  readonly networks: readonly string[];
  readonly server: { readonly offer: string; readonly os: string };
  /** Whether its members have public addresses: people's tunnels, or a datagram service that a load balancer cannot carry. */
  readonly facesInternet: boolean;
  readonly legs: { readonly used: number; readonly limit: number; readonly reserved: number };
  readonly loadGbps: { readonly peak: number; readonly limit: number | undefined };
}

export interface ClassDemand {
  readonly trustClass: string;
  readonly networks: readonly string[];
  /** How many of them send peak traffic of their own: ingress and egress only pass on what others send. */
  readonly senders: number;
}

export interface Packing {
  /** Sorted by key. */
  readonly pairs: readonly PairSpec[];
  readonly demands: readonly ClassDemand[];
  readonly usableLegs: number;
  readonly gbpsLimit: number;
  readonly problems: readonly PlanProblem[];
}

/** Networks of each trust class that segmentation pairs serve. Without an edge pair the first class serves the platform's own. */
export function demandsOf(estate: Estate, networks: readonly NetworkSpec[]): ClassDemand[] {
  const { edge } = estate.platform.firewalls;
  const [first] = estate.organisation.trustClasses;
  const classOf = (network: NetworkSpec): string | undefined => {
    if (network.trustClass !== undefined) return network.trustClass;
    return edge === undefined && (network.role === "ingress" || network.role === "egress")
      ? first
      : undefined;
  };
  return [...estate.organisation.trustClasses].sort().flatMap((trustClass) => {
    const served = networks.filter((network) => classOf(network) === trustClass);
    const senders = served.filter(({ role }) => sends(role)).length;
    return served.length === 0 ? [] : [{ trustClass, networks: served.map(({ key }) => key), senders }];
  });
}

function sends(role: NetworkSpec["role"]): boolean {
  return role === "application" || role === "hypervisors";
}

export function trafficFor(
  estate: Estate,
  networks: readonly NetworkSpec[],
  conversations: readonly Conversation[],
): Traffic {
  const senders = new Set(networks.filter(({ role }) => sends(role)).map(({ key }) => key));
  return trafficOf(conversations, senders, estate.platform.firewalls.segmentation.forwardedGbps);
}

/** Packs every network; `problems` says what cannot be, with its bound. */
export function packFirewalls(
  estate: Estate,
  networks: readonly NetworkSpec[],
  conversations: readonly Conversation[],
  previous: PlanMemory,
): Packing {
  const { segmentation } = estate.platform.firewalls;
  const granted = estate.organisation.quotas.privateNetworksPerBareMetal ?? defaultLegs;
  const usableLegs = granted - segmentation.reservedLegs;
  const gbpsLimit = (bareMetalOffers.get(segmentation.offer)?.privateGbps ?? 0) / 2;
  const demands = demandsOf(estate, networks);
  const problems = impossible(estate, demands, { granted, usableLegs, gbpsLimit });
  if (problems.length > 0) return { pairs: [], demands, usableLegs, gbpsLimit, problems };
  const traffic = trafficFor(estate, networks, conversations);
  const names = new Names(previous);
  const segmentationPairs = demands.flatMap(({ trustClass, networks: served }) =>
    pack(served, keptBins(trustClass, served, previous), traffic, { legs: usableLegs, gbps: gbpsLimit }, () =>
      names.next(trustClass),
    ).map(
      (bin): PairSpec => ({
        ...identity(bin.key, names.vrid(bin.key)),
        kind: "segmentation",
        trustClass,
        networks: [...bin.networks].sort(),
        server: { offer: segmentation.offer, os: segmentation.os },
        facesInternet: false,
        legs: { used: bin.networks.size + 2, limit: granted, reserved: segmentation.reservedLegs },
        loadGbps: { peak: rounded(loadOf(bin.networks, traffic)), limit: gbpsLimit },
      }),
    ),
  );
  const pairs = sortedBy(
    [...segmentationPairs, ...instancePairs(estate, networks, traffic, names)],
    ({ key }) => key,
  );
  return {
    pairs,
    demands,
    usableLegs,
    gbpsLimit,
    problems: [...names.problems, ...pairs.flatMap(overloaded)],
  };
}

/** A pair of one network cannot be split, nor can the one pair of the edge: what they must forward is the bound. */
function overloaded({ key, kind, networks, server, loadGbps: { peak, limit } }: PairSpec): PlanProblem[] {
  if (limit === undefined || peak <= limit) return [];
  return [
    {
      code: "PLAN-006",
      where:
        kind === "segmentation" ? `network ${networks.join(", ")}` : `platform.yaml firewalls.${kind}.offer`,
      got: `${peak} Gbps through ${key}`,
      allowed: `${limit} Gbps`,
      because: `a member of ${server.offer} forwards half its card, and everything that ${networks.join(", ")} sends and receives must pass one member`,
      hint: "choose an offer with a faster card, or split the network that everybody sends to",
    },
  ];
}

function instancePairs(
  estate: Estate,
  networks: readonly NetworkSpec[],
  traffic: Traffic,
  names: Names,
): PairSpec[] {
  const { edge, access } = estate.platform.firewalls;
  const datagrams = estate.applications.some(({ services }) =>
    services.some(({ exposure, protocol }) => exposure === "public" && protocol === "udp"),
  );
  const pair = (
    kind: "edge" | "access",
    server: { readonly offer: string; readonly os: string },
    roles: readonly string[],
    facesInternet: boolean,
  ): PairSpec => {
    const key = `firewall-${kind}`;
    const served = networks.filter(({ role }) => roles.includes(role)).map((network) => network.key);
    return {
      ...identity(key, names.vrid(key)),
      kind,
      trustClass: undefined,
      networks: served,
      server: { offer: server.offer, os: server.os },
      facesInternet,
      legs: { used: served.length + 2, limit: defaultLegs, reserved: 2 },
      loadGbps: {
        peak: rounded(loadOf(new Set(served), traffic)),
        limit: halved(instanceTypes.get(server.offer)?.gbps),
      },
    };
  };
  return [
    ...(edge === undefined ? [] : [pair("edge", edge, ["ingress", "egress"], datagrams)]),
    ...(access === undefined ? [] : [pair("access", access, ["vpn"], true)]),
  ];
}

/** A forwarded byte uses the card twice. */
function halved(gbps: number | undefined): number | undefined {
  return gbps === undefined ? undefined : gbps / 2;
}

function identity(key: string, vrid: number): Pick<PairSpec, "key" | "vrid" | "members"> {
  return { key, vrid, members: { "par-1": `${key}-par-1`, "par-2": `${key}-par-2` } };
}

function keptBins(trustClass: string, served: readonly string[], previous: PlanMemory): Bin[] {
  const keys = Object.keys(previous.pairs)
    .filter((key) => previous.pairs[key]?.trustClass === trustClass)
    .sort();
  return keys
    .map(
      (key): Bin => ({
        key,
        networks: new Set(served.filter((network) => previous.networks[network]?.pair === key)),
      }),
    )
    .filter(({ networks }) => networks.size > 0);
}

/** Megabits are fine enough, and floating point sums must print alike whatever their order. */
function rounded(gbps: number): number {
  return Math.round(gbps * 1000) / 1000;
}

/** Names and VRRP router ids of pairs: those remembered, then numbers never used before. */
class Names {
  readonly problems: PlanProblem[] = [];
  readonly #previous: PlanMemory;
  readonly #keys: Set<string>;
  readonly #vrids: Set<number>;

  constructor(previous: PlanMemory) {
    this.#previous = previous;
    this.#keys = new Set(Object.keys(previous.pairs));
    this.#vrids = new Set(Object.values(previous.pairs).map(({ vrid }) => vrid));
  }

  next(trustClass: string): string {
    for (let number = 1; ; number += 1) {
      const key = `firewall-${trustClass}-${number}`;
      if (this.#keys.has(key)) continue;
      this.#keys.add(key);
      return key;
    }
  }

  vrid(key: string): number {
    const kept = this.#previous.pairs[key]?.vrid;
    if (kept !== undefined) return kept;
    for (let vrid = 1; vrid <= 255; vrid += 1) {
      if (this.#vrids.has(vrid)) continue;
      this.#vrids.add(vrid);
      return vrid;
    }
    this.problems.push({
      code: "PLAN-001",
      where: `firewall pair ${key}`,
      got: "a 256th VRRP router id on transit",
      allowed: "255 pairs, ever",
      because: "a VRRP router id has 8 bits and every pair has its own on the one transit network",
      hint: "delete the lines of destroyed pairs from allocations.yaml, or split the estate",
    });
    return 255;
  }
}

function impossible(
  estate: Estate,
  demands: readonly ClassDemand[],
  limits: { readonly granted: number; readonly usableLegs: number; readonly gbpsLimit: number },
): PlanProblem[] {
  const { segmentation } = estate.platform.firewalls;
  const offer = bareMetalOffers.get(segmentation.offer);
  const count = demands.reduce((sum, { networks }) => sum + networks.length, 0);
  const problems: PlanProblem[] = [];
  if (limits.usableLegs < 1) {
    problems.push({
      code: "PLAN-001",
      where: "platform.yaml firewalls.segmentation.reservedLegs",
      got: `${segmentation.reservedLegs} of ${limits.granted} legs`,
      allowed: `${limits.granted - 1} at most`,
      because: `${count} networks need a leg each and ${limits.granted} − ${segmentation.reservedLegs} = ${limits.usableLegs} are left: no number of firewalls is enough`,
      hint: "reserve fewer legs, or have privateNetworksPerBareMetal raised",
    });
  }
  if (offer === undefined) {
    problems.push({
      code: "PLAN-012",
      where: "platform.yaml firewalls.segmentation.offer",
      got: segmentation.offer,
      allowed: "a bare-metal offer whose network card is known",
      because: "a firewall's capacity is half its network card: a forwarded byte uses it twice",
      hint: "choose an offer of the catalogue",
    });
  } else if (segmentation.forwardedGbps > limits.gbpsLimit) {
    problems.push({
      code: "PLAN-006",
      where: "platform.yaml firewalls.segmentation.forwardedGbps",
      got: `${segmentation.forwardedGbps} Gbps a network`,
      allowed: `${limits.gbpsLimit} Gbps`,
      because: `${segmentation.offer} has one ${offer.privateGbps} Gbps card for both ways of a forwarded byte, so it forwards ${limits.gbpsLimit} Gbps: not even one network a pair`,
      hint: "choose an offer with a faster card",
    });
  }
  return problems;
}
