/** What the plan costs a month, from recorded prices; what no source prices is listed, never guessed. */
import { bareMetalOffers, instanceTypes } from "../estate/catalogue.ts";
import type { Layout } from "./layout.ts";
import type { CostPlan, FoundationPlan } from "./plan.ts";

/** When Scaleway's API answered with these prices: bare metal, then Instances. */
const pricesOf = "bare metal 2025-07-23, Instances 2026-07-30, EUR without VAT";

/** A flexible IPv4: 0.004 EUR an hour, 730 hours a month (Scaleway's page on IP billing, 2025-06-26). */
const publicAddressPerMonth = 2.92;

type Line = CostPlan["lines"][number];

export function costOf(layout: Layout, foundation: FoundationPlan): CostPlan {
  const { servers } = layout.inventory;
  const { loadBalancer, gateway } = layout.estate.platform;
  const zones = 2;
  const metal = countBy(servers.filter(({ kind }) => kind === "bare-metal").map(({ offer }) => offer));
  const instances = countBy(servers.filter(({ kind }) => kind === "instance").map(({ offer }) => offer));
  const lines: Line[] = [
    ...metal.flatMap(([offer, count]) => [
      line(offer, count, bareMetalOffers.get(offer)?.eurPerMonth),
      line(`${offer}: option Private Network`, count, bareMetalOffers.get(offer)?.privateNetworkEurPerMonth),
    ]),
    ...instances.map(([offer, count]) => line(offer, count, instanceTypes.get(offer)?.eurPerMonth)),
    line("public IPv4", foundation.publicAddresses.length, publicAddressPerMonth),
    line(gateway.type, zones, undefined),
    ...(loadBalancer === undefined ? [] : [line(loadBalancer.type, zones, undefined)]),
    ...(layout.estate.platform.edgeServices.length === 0 ? [] : [line("Edge Services", 1, undefined)]),
  ];
  const unpriced = lines.filter(({ perMonth }) => perMonth === undefined).map(({ what }) => what);
  return {
    currency: "EUR",
    pricesOf,
    lines,
    perMonth: cents(lines.reduce((sum, { perMonth }) => sum + (perMonth ?? 0), 0)),
    unpriced,
  };
}

function line(what: string, count: number, unitPerMonth: number | undefined): Line {
  return {
    what,
    count,
    unitPerMonth,
    perMonth: unitPerMonth === undefined ? undefined : cents(unitPerMonth * count),
  };
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

function countBy(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => (a[0] < b[0] ? -1 : 1));
}
