/** Where packets get to from where they were sent, over any number of machines: sets of them, each with the way it came. */
import type { Crossing, Fabric, Onward } from "./fabric.ts";
import { tokens } from "./fabric.ts";
import type { Intervals } from "./intervals.ts";
import type { Arrival, Station } from "./machine.ts";
import type { Piece } from "./nft-pieces.ts";
import type { Box, Field } from "./packets.ts";
import { boxCovers, intersectBoxes } from "./packets.ts";

/** One machine on the way: what came to it, what became of that. */
export interface Trail {
  readonly previous: Trail | undefined;
  readonly station: Station;
  readonly incoming: string;
  /** Filters between the machine before and this one. */
  readonly crossed: readonly Crossing[];
  /** What came and passed, as it was before translation. */
  readonly before: Box;
  readonly after: Box;
  readonly translated: readonly Field[];
}

export interface Reached {
  /** The machine that takes the packets, or where they leave the estate. */
  readonly at:
    | { readonly kind: "station"; readonly station: Station }
    | { readonly kind: "internet" }
    | { readonly kind: "tunnel"; readonly interface: string };
  /** As they arrive. */
  readonly box: Box;
  readonly trail: Trail | undefined;
  /** Filters after the last machine. */
  readonly crossed: readonly Crossing[];
  readonly doubt: string | undefined;
}

interface Flight {
  readonly onward: Onward;
  readonly trail: Trail | undefined;
  readonly doubt: string | undefined;
  readonly hops: number;
}

/** More machines than any real way has. */
const mostHops = 16;

/** Everything that what was sent reaches, in new connections. */
export function reachFrom(fabric: Fabric, sent: readonly Onward[]): readonly Reached[] {
  const reached: Reached[] = [];
  const seen = new Map<string, Box[]>();
  const flights: Flight[] = sent.map((onward) => ({
    onward,
    trail: undefined,
    doubt: onward.doubt,
    hops: 0,
  }));
  for (let flight = flights.pop(); flight !== undefined; flight = flights.pop()) {
    const { onward, trail, hops } = flight;
    const { to, box, crossed } = onward;
    if (to.kind === "nowhere") {
      if (flight.doubt !== undefined)
        reached.push({ at: { kind: "internet" }, box, trail, crossed, doubt: flight.doubt });
      continue;
    }
    if (to.kind !== "station") {
      reached.push({ at: to, box, trail, crossed, doubt: flight.doubt });
      continue;
    }
    const key = `${to.station.key} ${to.incoming} ${flight.doubt ?? ""}`;
    const before = seen.get(key) ?? [];
    if (before.some((each) => boxCovers(each, box))) continue;
    seen.set(key, [...before, box]);
    fabric.note(tokens.node(to.station.key));
    const arrival = to.station.arrivals(to.incoming, "new");
    const { station } = to;
    const through = (piece: Piece): { trail: Trail; doubt: string | undefined } | undefined => {
      const passed = throughPiece(box, piece);
      if (passed === undefined) return undefined;
      const doubt = flight.doubt ?? piece.doubt;
      return { trail: { previous: trail, station, incoming: to.incoming, crossed, ...passed }, doubt };
    };
    for (const piece of arrival.delivered) {
      const passed = through(piece);
      if (passed !== undefined) {
        reached.push({ at: { kind: "station", station }, box: passed.trail.after, crossed: [], ...passed });
      }
    }
    flights.push(...onwards(fabric, station, arrival, through, hops));
  }
  return reached;
}

function onwards(
  fabric: Fabric,
  station: Station,
  { forwarded }: Arrival,
  through: (piece: Piece) => { trail: Trail; doubt: string | undefined } | undefined,
  hops: number,
): readonly Flight[] {
  return forwarded.flatMap(({ piece, way }) => {
    const passed = through(piece);
    if (passed === undefined) return [];
    const { trail, doubt } = passed;
    if (hops >= mostHops) {
      const stopped: Onward = { box: trail.after, to: { kind: "nowhere" }, crossed: [], doubt: undefined };
      return [{ onward: stopped, trail, doubt: `more than ${mostHops} machines on the way`, hops }];
    }
    return fabric.leaving(station.node, way, trail.after, "new", false).map((onward) => ({
      onward,
      trail,
      doubt: doubt ?? onward.doubt,
      hops: hops + 1,
    }));
  });
}

/** The packets of a box that are a piece's, before and after. */
export function throughPiece(
  box: Box,
  { box: after, original }: Piece,
): { before: Box; after: Box; translated: readonly Field[] } | undefined {
  if (!isTranslated(original)) {
    const both = intersectBoxes(box, after);
    return both === undefined ? undefined : { before: both, after: both, translated: untranslated };
  }
  const translated = Object.keys(original) as Field[];
  const before = intersectBoxes(box, { ...after, ...(original as Readonly<Record<Field, Intervals>>) });
  if (before === undefined) return undefined;
  const changes = Object.fromEntries(translated.map((field) => [field, after[field]]));
  return { before, after: { ...before, ...changes }, translated };
}

const untranslated: readonly Field[] = [];

/** As {@link Object.keys} would tell, without making a list for each of many boxes. */
function isTranslated(original: Piece["original"]): boolean {
  for (const _ in original) return true;
  return false;
}
