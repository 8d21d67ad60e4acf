/** Why no fewer firewalls will do: a bound that counts, the figures behind it, and what other numbers of legs would take. */
import { bareMetalOffers, instanceTypes } from "../estate/catalogue.ts";
import type { Estate } from "../estate/estate.ts";
import type { ClassDemand, Packing } from "./firewalls.ts";
import { defaultLegs } from "./firewalls.ts";
import type { PlanMemory } from "./memory.ts";
import type { FirewallCertificate } from "./plan.ts";

type ClassRow = FirewallCertificate["perClass"][number];

/** Every network of a class takes a leg of a pair of that class; every one that sends, sends its peak through it. */
function boundOf(estate: Estate, demand: ClassDemand, usableLegs: number, gbpsLimit: number): ClassRow {
  const { forwardedGbps } = estate.platform.firewalls.segmentation;
  const byLegs = Math.ceil(demand.networks.length / usableLegs);
  const byThroughput = Math.ceil((demand.senders * forwardedGbps) / gbpsLimit - 1e-9);
  return {
    trustClass: demand.trustClass,
    networks: demand.networks.length,
    usableLegs,
    byLegs,
    byThroughput,
    pairs: Math.max(byLegs, byThroughput),
  };
}

export function certify(estate: Estate, packing: Packing, previous: PlanMemory): FirewallCertificate {
  const { demands, usableLegs, gbpsLimit, pairs } = packing;
  const onInstances = pairs.filter(({ kind }) => kind !== "segmentation").length;
  const perClass = demands.map((demand) => boundOf(estate, demand, usableLegs, gbpsLimit));
  const lowerBound = 2 * (total(perClass) + onInstances);
  const count = 2 * pairs.length;
  const moves = pairs
    .flatMap(({ key, networks }) => networks.map((network) => ({ network, key })))
    .filter(({ network, key }) => ![undefined, key].includes(previous.networks[network]?.pair)).length;
  const { reservedLegs } = estate.platform.firewalls.segmentation;
  return {
    perClass,
    count,
    lowerBound,
    moves,
    because: reasons(estate, packing, perClass, { count, lowerBound, moves, onInstances }),
    alternatives: [...new Set([defaultLegs, usableLegs + reservedLegs])]
      .sort((a, b) => a - b)
      .map((legs) => alternative(estate, packing, legs, onInstances)),
  };
}

function total(rows: readonly ClassRow[]): number {
  return rows.reduce((sum, { pairs }) => sum + pairs, 0);
}

function alternative(
  estate: Estate,
  { demands, gbpsLimit }: Packing,
  legs: number,
  onInstances: number,
): FirewallCertificate["alternatives"][number] {
  const { segmentation, edge, access } = estate.platform.firewalls;
  const usable = legs - segmentation.reservedLegs;
  if (usable < 1) return { legs, firewalls: undefined, eurPerMonth: undefined, unpriced: [] };
  const pairs = total(demands.map((demand) => boundOf(estate, demand, usable, gbpsLimit)));
  const metal = bareMetalOffers.get(segmentation.offer);
  const members = [edge, access].flatMap((part) =>
    part === undefined ? [] : [{ offer: part.offer, price: instanceTypes.get(part.offer)?.eurPerMonth }],
  );
  const each = (metal?.eurPerMonth ?? 0) + (metal?.privateNetworkEurPerMonth ?? 0);
  const known = members.reduce((sum, { price }) => sum + (price ?? 0), 0);
  return {
    legs,
    firewalls: 2 * (pairs + onInstances),
    eurPerMonth: Math.round(200 * (pairs * each + known)) / 100,
    unpriced: [
      ...(metal?.eurPerMonth === undefined ? [segmentation.offer] : []),
      ...members.filter(({ price }) => price === undefined).map(({ offer }) => offer),
    ],
  };
}

function reasons(
  estate: Estate,
  { usableLegs, gbpsLimit, pairs }: Packing,
  perClass: readonly ClassRow[],
  figures: {
    readonly count: number;
    readonly lowerBound: number;
    readonly moves: number;
    readonly onInstances: number;
  },
): string[] {
  const { segmentation } = estate.platform.firewalls;
  const classes = perClass.map(({ trustClass, networks, byLegs, byThroughput, pairs: needed }) => {
    const held = pairs.filter((pair) => pair.trustClass === trustClass).length;
    const legs = `⌈${networks} networks / (${usableLegs + segmentation.reservedLegs} legs − ${segmentation.reservedLegs} reserved)⌉ = ${byLegs}`;
    const load = `⌈${segmentation.forwardedGbps} Gbps each / ${gbpsLimit} Gbps, half a card⌉ = ${byThroughput}`;
    const kept = held > needed ? `; ${held} are there: what is placed stays` : "";
    return `${trustClass}: at least ${needed} ${needed === 1 ? "pair" : "pairs"}: by legs ${legs}, by throughput ${load}${kept}`;
  });
  const gap = figures.count - figures.lowerBound;
  return [
    ...classes,
    ...(figures.onInstances === 0
      ? []
      : [`edge and access: ${figures.onInstances}, one pair each, on Instances`]),
    "no pair serves two trust classes and each has a member in both zones, so the pairs add up and count twice",
    gap === 0
      ? `${figures.count} firewalls: no deployment of this estate holds with fewer`
      : `${figures.count} firewalls, ${gap} more than the bound of ${figures.lowerBound}`,
    `${figures.moves} networks leave the pair they were on`,
  ];
}
