/** Both ways of a flow: whether its packets come, and whether the answer does. */
import type { Fabric, Onward } from "./fabric.ts";
import { isEmpty, meets } from "./intervals.ts";
import type { Station } from "./machine.ts";
import type { Box } from "./packets.ts";
import { boxCovers } from "./packets.ts";
import { Passing } from "./passing.ts";
import type { Connection, Layer, Path, Step } from "./trace.ts";
import { Tracer } from "./trace.ts";
import { isTranslator } from "./translator.ts";

export interface RoundTrip {
  readonly way: Path;
  /** Empty when nothing arrived that could be answered, or when the answer is a translator's or somebody's outside. */
  readonly back: readonly Path[];
  readonly works: boolean;
}

export interface Start {
  /** The machine that sends; undefined: somebody outside, whose packet comes in as `onwards`. */
  readonly station: Station | undefined;
  readonly box: Box;
  readonly onwards: readonly Onward[];
}

/** Follows a flow by each way that it may take, and every answer. */
export function roundTrips(
  fabric: Fabric,
  layerOf: (station: Station) => Layer,
  start: Start,
  isTarget: (path: Path) => boolean,
  told: boolean,
  passing: Passing = new Passing(),
): readonly RoundTrip[] {
  const tracer = new Tracer(fabric, layerOf, told, undefined, undefined, passing);
  const known = new Map<Box, Map<string, readonly Path[]>>();
  const ways =
    start.station === undefined || start.onwards.length > 0
      ? tracer.onwards(start.onwards)
      : tracer.from(start.station, start.box);
  return ways.map((way) => {
    if (!isTarget(way)) return { way, back: [], works: false };
    if (way.ending.kind !== "delivered") return { way, back: [], works: true };
    const { station } = way.ending;
    const back = answersOnce(known, way, () =>
      answers(fabric, layerOf, way, { from: station, to: start.station }, told, passing),
    );
    return { way, back, works: back.every((path) => isAnswered(path, start, way)) };
  });
}

/** Ways that differ only in which member of a pair they take, and on which nothing is translated, have the same answers. */
function answersOnce(
  known: Map<Box, Map<string, readonly Path[]>>,
  { steps, box }: Path,
  work: () => readonly Path[],
): readonly Path[] {
  if (steps.some(({ before, after }) => before !== after)) return work();
  const ofBox = known.get(box) ?? new Map<string, readonly Path[]>();
  known.set(box, ofBox);
  const knowing = steps.map(({ station: { key, virtual } }) => (isEmpty(virtual) ? key : virtual.join()));
  const by = knowing.sort().join(" ");
  const found = ofBox.get(by) ?? work();
  ofBox.set(by, found);
  return found;
}

function answers(
  fabric: Fabric,
  layerOf: (station: Station) => Layer,
  way: Path,
  ends: { readonly from: Station; readonly to: Station | undefined },
  told: boolean,
  passing: Passing,
): readonly Path[] {
  const connection: Connection = {
    knows: (station) =>
      station.key === ends.to?.key ||
      way.steps.some((step) => step.station.key === station.key || arePeers(step.station, station)),
    undo: (station, box, moment) => undone(way.steps, station, box, moment),
  };
  const tracer = new Tracer(fabric, layerOf, told, connection, undefined, passing);
  return tracer.from(ends.from, reversed(way.box));
}

/** Members of a pair tell each other their connections: they hold the same addresses. */
export function arePeers(one: Station, other: Station): boolean {
  return meets(one.virtual, other.virtual);
}

/** Where packets were sent from is undone before the rules see the answer, where they were sent to after them. */
function undone(steps: readonly Step[], station: Station, box: Box, moment: "before" | "after"): Box {
  for (const step of steps) {
    if (isTranslator(step.station.node)) continue;
    if (step.station.key !== station.key && !arePeers(step.station, station)) continue;
    const answer = reversed(step.after);
    const original = reversed(step.before);
    if (moment === "before") {
      if (!boxCovers(answer, box)) continue;
      if (step.before === step.after) return box;
      return { ...box, destination: original.destination, destinationPort: original.destinationPort };
    }
    if (!boxCovers({ ...answer, destination: box.destination, destinationPort: box.destinationPort }, box))
      continue;
    if (step.before === step.after) return box;
    return { ...box, source: original.source, sourcePort: original.sourcePort };
  }
  return box;
}

const reversals = new WeakMap<Box, Box>();

/** The same box for the same box, so that what machines do with answers is known by it too. */
function reversed(box: Box): Box {
  const known = reversals.get(box);
  if (known !== undefined) return known;
  const made = {
    ...box,
    source: box.destination,
    destination: box.source,
    sourcePort: box.destinationPort,
    destinationPort: box.sourcePort,
  };
  reversals.set(box, made);
  return made;
}

/** The answer comes to who asked, from whom was asked: one that went round a machine that translated is nobody's. */
function isAnswered(path: Path, { station, box }: Start, way: Path): boolean {
  const { ending } = path;
  if (ending.kind === "delivered" && isTranslator(ending.station.node)) {
    const { key } = ending.station;
    return key === station?.key || way.steps.some((step) => step.station.key === key);
  }
  if (!boxCovers(reversed(box), path.box)) return false;
  if (ending.kind === "delivered") return ending.station.key === station?.key;
  return station === undefined && (ending.kind === "internet" || ending.kind === "tunnel");
}
