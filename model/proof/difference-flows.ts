/** Everything that passes in a network, by pair of places, as the matrix sees it, each part with the way it came. */
import type { Permission } from "./declared.ts";
import type { Fabric } from "./fabric.ts";
import type { Landing } from "./matrix.ts";
import { landingsOf } from "./matrix.ts";
import type { Model } from "./model.ts";
import type { Family } from "./network.ts";
import type { Place, Sites } from "./places.ts";
import { internet, placesOf, sendingFrom, sentHonestly } from "./places.ts";
import type { Reached } from "./reach.ts";
import { reachFrom } from "./reach.ts";

export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly landing: Landing;
  readonly reached: Reached;
}

/** Flows by `from → to`. What is declared decides only whose packets to the internet count: see the matrix. */
export function flowsOf(
  model: Model,
  family: Family,
  permissions: readonly Permission[],
  sites: Sites,
): ReadonlyMap<string, readonly Flow[]> {
  const fabric = model.fabric(family, new Set());
  const places = placesOf(model.network, sites);
  const outwards = new Set(permissions.filter(({ to }) => to === internet.name).map(({ from }) => from));
  const flows = places.flatMap((from) =>
    flowsFrom(model, fabric, places, sites, from, outwards.has(from.name)),
  );
  return Map.groupBy(flows, ({ from, to }) => `${from} → ${to}`);
}

function flowsFrom(
  model: Model,
  fabric: Fabric,
  places: readonly Place[],
  sites: Sites,
  from: Place,
  outwards: boolean,
): readonly Flow[] {
  const byKey = new Map(places.map((place) => [place.key, place]));
  const flows = (all: readonly Reached[], isTaken: (place: Place) => boolean): readonly Flow[] =>
    all.flatMap((reached) =>
      landingsOf(model, fabric, byKey, sites, reached)
        .filter((landing) => isTaken(landing.place) && !isNeighbour(model, from, landing))
        .map((landing) => ({ from: from.name, to: landing.place.name, landing, reached })),
    );
  const anything = reachFrom(fabric, sendingFrom(model, fabric, from));
  if (!outwards) return flows(anything, () => true);
  const honest = reachFrom(fabric, sentHonestly(model, fabric, from));
  return [...flows(anything, (place) => place !== internet), ...flows(honest, (place) => place === internet)];
}

function isNeighbour(model: Model, from: Place, { receiver }: Landing): boolean {
  if (receiver === undefined || model.routers.has(receiver.key)) return false;
  return receiver.legs.some((leg) => leg.privateNetwork === from.key && leg.addresses.length > 0);
}
