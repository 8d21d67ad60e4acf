/** Who reaches whom, for one family: every place to every other, held against what is declared. */

import type { AddressOpening, Arriving, Permission } from "./declared.ts";
import { Declared } from "./declared.ts";
import type { Evidence } from "./evidence.ts";
import { evidenceOf } from "./evidence.ts";
import type { Fabric } from "./fabric.ts";
import type { Intervals } from "./intervals.ts";
import { intersect, isEmpty, unite } from "./intervals.ts";
import type { Model } from "./model.ts";
import type { Family, Node } from "./network.ts";
import { servicesOf } from "./packet-text.ts";
import type { Box } from "./packets.ts";
import type { Place, Sites } from "./places.ts";
import { atomsOf, internet, placesOf, sendingFrom, sentHonestly, tunnelName } from "./places.ts";
import type { Reached, Trail } from "./reach.ts";
import { reachFrom } from "./reach.ts";
import { withoutPrefix } from "./routes.ts";

export type PairVerdict = "allowed" | "denied" | "violated" | "undetermined";

export interface Pair {
  readonly from: string;
  readonly to: string;
  readonly family: Family;
  /** `allowed`: something passes, all of it declared. */
  readonly verdict: PairVerdict;
  /** What passes: `tcp/443`. */
  readonly services: readonly string[];
}

export interface Violation extends Evidence {
  readonly kind: "flow";
  readonly family: Family;
  readonly from: string;
  readonly to: string;
  /** Key of the node that takes the packet; undefined: it leaves the estate. */
  readonly receiver: string | undefined;
  /** All that passes undeclared between the two. */
  readonly services: readonly string[];
}

export interface Doubtful {
  readonly family: Family;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

export interface Matrix {
  readonly pairs: readonly Pair[];
  readonly violations: readonly Violation[];
  readonly undetermined: readonly Doubtful[];
}

export interface MatrixOptions {
  readonly sites: Sites;
  readonly lost: ReadonlySet<string>;
  readonly openings?: readonly AddressOpening[] | undefined;
}

export function matrixOf(
  model: Model,
  family: Family,
  permissions: readonly Permission[],
  { sites, lost, openings = [] }: MatrixOptions,
): Matrix {
  const fabric = model.fabric(family, lost);
  const places = placesOf(model.network, sites);
  const declared = new Declared(permissions, model, fabric.space, openings);
  const rows = places.map((from) => rowOf(model, fabric, places, declared, sites, from));
  return {
    pairs: rows.flatMap(({ pairs }) => pairs),
    violations: rows.flatMap(({ violations }) => violations),
    undetermined: rows.flatMap(({ undetermined }) => undetermined),
  };
}

/** A part of what arrives somewhere, by the place that its destination belongs to. */
export interface Landing extends Arriving {
  readonly place: Place;
  /** Whether it came by an address of the internet's, a load balancer's included. */
  readonly isPublic: boolean;
}

interface Cell {
  readonly open: Box[];
  readonly undeclared: {
    readonly box: Box;
    readonly reached: Reached;
    readonly receiver: Node | undefined;
  }[];
  readonly doubts: Set<string>;
}

/** Everything that one place reaches. */
export function rowOf(
  model: Model,
  fabric: Fabric,
  places: readonly Place[],
  declared: Declared,
  sites: Sites,
  from: Place,
): Matrix {
  const { family } = fabric.space;
  const cells = new Map<string, Cell>();
  for (const { reached, landing } of arrivalsFrom(model, fabric, places, declared, sites, from)) {
    const cell = cells.get(landing.place.key) ?? { open: [], undeclared: [], doubts: new Set() };
    cells.set(landing.place.key, cell);
    const outside = undeclaredOf(declared, from, landing);
    if (reached.doubt !== undefined) {
      if (outside.length > 0) cell.doubts.add(reached.doubt);
      continue;
    }
    cell.open.push(landing.box);
    for (const box of outside) cell.undeclared.push({ box, reached, receiver: landing.receiver });
  }
  const pairs: Pair[] = [];
  const violations: Violation[] = [];
  const undetermined: Doubtful[] = [];
  for (const to of places) {
    const cell = cells.get(to.key);
    const between = { family, from: from.name, to: to.name };
    const [first] = cell?.undeclared ?? [];
    if (cell !== undefined && first !== undefined) {
      const services = servicesOf(cell.undeclared.map(({ box }) => box));
      const evidence = evidenceOf(model, fabric.space, first.reached, first.box);
      violations.push({ kind: "flow", ...between, receiver: first.receiver?.key, services, ...evidence });
    }
    for (const why of cell?.doubts ?? []) undetermined.push({ ...between, why });
    // A place's own neighbours always meet: only what its routers themselves take is of interest there.
    if (from !== to || first !== undefined) {
      const verdict = verdictOf(cell, model.doubt !== undefined);
      pairs.push({ ...between, verdict, services: servicesOf(cell?.open ?? []) });
    }
  }
  return { pairs, violations, undetermined };
}

/** Whatever gets from a place to anywhere that is to be judged: a neighbour is met whatever anybody decides. */
export function arrivalsFrom(
  model: Model,
  fabric: Fabric,
  places: readonly Place[],
  declared: Declared,
  sites: Sites,
  from: Place,
): readonly { readonly reached: Reached; readonly landing: Landing }[] {
  const byKey = new Map(places.map((place) => [place.key, place]));
  const arrivals = (all: readonly Reached[], isTaken: (place: Place) => boolean) =>
    all.flatMap((reached) =>
      landingsOf(model, fabric, byKey, sites, reached)
        .filter((landing) => isTaken(landing.place) && !isNeighbour(model, from, landing))
        .map((landing) => ({ reached, landing })),
    );
  const anything = reachFrom(fabric, sendingFrom(model, fabric, from));
  if (!declared.any(from.name, internet.name)) return arrivals(anything, () => true);
  // Who may go out at all is not held to ports there by anything but its own rules; those of others are for other places to obey.
  const honest = reachFrom(fabric, sentHonestly(model, fabric, from));
  return [
    ...arrivals(anything, (place) => place !== internet),
    ...arrivals(honest, (place) => place === internet),
  ];
}

/** Whoever reaches the internet comes back in as everybody there does. */
function undeclaredOf(declared: Declared, from: Place, landing: Landing): readonly Box[] {
  const own = declared.undeclared(from.name, landing);
  if (!landing.isPublic) return own;
  return own.flatMap((box) => declared.undeclared(internet.name, { ...landing, box }));
}

/** What is violated stays so whatever else is not known. */
function verdictOf(cell: Cell | undefined, doubted: boolean): PairVerdict {
  if (cell !== undefined && cell.undeclared.length > 0) return "violated";
  if (doubted || (cell !== undefined && cell.doubts.size > 0)) return "undetermined";
  return cell !== undefined && cell.open.length > 0 ? "allowed" : "denied";
}

/** A node on the very network that sends is met there whatever anybody decides; but what a router takes for itself is its rules' to say. */
function isNeighbour(model: Model, from: Place, { receiver }: Landing): boolean {
  if (receiver === undefined || model.routers.has(receiver.key)) return false;
  return receiver.legs.some(
    ({ privateNetwork, addresses, bridges }) =>
      privateNetwork === from.key &&
      // A machine that is at home there is met before it has its address.
      (addresses.length > 0 || (bridges !== true && receiver.homes?.includes(from.key) === true)),
  );
}

export function landingsOf(
  model: Model,
  fabric: Fabric,
  places: ReadonlyMap<string, Place>,
  sites: Sites,
  { at, box, trail }: Reached,
): readonly Landing[] {
  const way = { isBalanced: isBalanced(trail), sentBy: sentBy(trail) };
  if (at.kind === "internet")
    return [{ place: internet, names: [internet.name], receiver: undefined, box, ...way, isPublic: false }];
  if (at.kind === "tunnel") return beyondTunnel(model, fabric, places, at.interface, box, way);
  const { node } = at.station;
  const { space } = fabric;
  const standing = node.legs.flatMap(({ privateNetwork }) => places.get(privateNetwork ?? "") ?? []);
  const homes = standing.length > 0 ? standing : (node.homes ?? []).flatMap((key) => places.get(key) ?? []);
  const all = homes.map(({ name }) => name);
  const isPublic = cameFromInternet(trail);
  const found: Landing[] = [];
  const land = (place: Place | undefined, names: readonly string[], addresses: readonly string[]): void => {
    const destination = intersect(
      box.destination,
      unite(...addresses.map((each) => space.of(withoutPrefix(each)))),
    );
    if (place === undefined || isEmpty(destination)) return;
    found.push({ place, names, receiver: node, box: { ...box, destination }, ...way, isPublic });
  };
  land(homes[0] ?? internet, [...all, internet.name], node.publicInterface?.addresses ?? []);
  for (const leg of node.legs) {
    const addresses = [...leg.addresses, ...leg.virtualAddresses];
    const home =
      leg.privateNetwork === undefined
        ? places.get(`tunnel:${tunnelName(leg.beyond[0] ?? "", sites)}`)
        : places.get(leg.privateNetwork);
    if (home === undefined) continue;
    land(home, model.routers.has(node.key) ? [home.name, ...all] : [home.name], addresses);
  }
  return found;
}

function cameFromInternet(trail: Trail | undefined): boolean {
  if (trail === undefined) return false;
  return trail.incoming === trail.station.node.publicInterface?.interface || cameFromInternet(trail.previous);
}

function isBalanced(trail: Trail | undefined): boolean {
  if (trail === undefined) return false;
  return trail.station.node.kind === "load-balancer" || isBalanced(trail.previous);
}

/** Sources before the first machine that translated them; undefined when none did. */
function sentBy(trail: Trail | undefined): Intervals | undefined {
  if (trail === undefined) return undefined;
  return sentBy(trail.previous) ?? (trail.translated.includes("source") ? trail.before.source : undefined);
}

/** Packets that leave by a tunnel, by the sites or clients whom they are for. */
function beyondTunnel(
  model: Model,
  fabric: Fabric,
  places: ReadonlyMap<string, Place>,
  interfaceName: string,
  box: Box,
  way: Pick<Landing, "isBalanced" | "sentBy">,
): readonly Landing[] {
  const { space } = fabric;
  const legs = model.network.nodes.flatMap(({ legs: all }) =>
    all.filter((leg) => leg.privateNetwork === undefined && leg.interface === interfaceName),
  );
  const beyond = unite(...legs.flatMap((leg) => leg.beyond.map((prefix) => space.of(prefix))));
  return [...places.values()].flatMap((place): Landing[] => {
    if (place.kind !== "tunnel") return [];
    const destination = intersect(intersect(box.destination, beyond), atomsOf(place, space));
    if (isEmpty(destination)) return [];
    const landing = { place, names: [place.name], receiver: undefined, ...way, isPublic: false };
    return [{ ...landing, box: { ...box, destination } }];
  });
}
