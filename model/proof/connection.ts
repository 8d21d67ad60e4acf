/** Both ways of a flow: whether its packets come, and whether the answer does. */
import type { Fabric, Onward } from "./fabric.ts";
import { meets } from "./intervals.ts";
import type { Station } from "./machine.ts";
import type { Node } from "./network.ts";
import type { Box } from "./packets.ts";
import { boxCovers } from "./packets.ts";
import type { Layer, Path, Step } from "./trace.ts";
import { Tracer } from "./trace.ts";

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
): readonly RoundTrip[] {
  const tracer = new Tracer(fabric, layerOf, told);
  const ways =
    start.station === undefined || start.onwards.length > 0
      ? tracer.onwards(start.onwards)
      : tracer.from(start.station, start.box);
  return ways.map((way) => {
    if (!isTarget(way)) return { way, back: [], works: false };
    if (way.ending.kind !== "delivered") return { way, back: [], works: true };
    const back = answers(fabric, layerOf, way, way.ending.station, told);
    return { way, back, works: back.every((path) => isAnswered(path, start, way)) };
  });
}

function answers(
  fabric: Fabric,
  layerOf: (station: Station) => Layer,
  way: Path,
  from: Station,
  told: boolean,
): readonly Path[] {
  const tracer = new Tracer(fabric, layerOf, told, {
    knows: (station) =>
      way.steps.some((step) => step.station.key === station.key || arePeers(step.station, station)),
    undo: (station, box, moment) => undone(way.steps, station, box, moment),
  });
  return tracer.from(from, reversed(way.box));
}

/** Members of a pair tell each other their connections: they hold the same addresses. */
function arePeers(one: Station, other: Station): boolean {
  return meets(one.virtual, other.virtual);
}

/** It ends both sides itself. */
function isTranslator({ kind }: Node): boolean {
  return kind === "load-balancer" || kind === "gateway";
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
      return { ...box, destination: original.destination, destinationPort: original.destinationPort };
    }
    if (!boxCovers({ ...answer, destination: box.destination, destinationPort: box.destinationPort }, box))
      continue;
    return { ...box, source: original.source, sourcePort: original.sourcePort };
  }
  return box;
}

function reversed(box: Box): Box {
  return {
    ...box,
    source: box.destination,
    destination: box.source,
    sourcePort: box.destinationPort,
    destinationPort: box.sourcePort,
  };
}

function isAnswered(path: Path, { station }: Start, way: Path): boolean {
  const { ending } = path;
  if (ending.kind === "delivered") {
    const { node } = ending.station;
    return isTranslator(node)
      ? way.steps.some((step) => step.station.key === node.key)
      : node.key === station?.key;
  }
  return station === undefined && (ending.kind === "internet" || ending.kind === "tunnel");
}
