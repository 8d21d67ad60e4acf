/**
 * Exact sets of packets of one family: unions of boxes, a box being one set of numbers for each field. Boxes of a set may overlap: only
 * what is subtracted has to be exact.
 *
 * A packet of ICMP has its type where others have the destination port; one of a protocol without ports has any.
 */
import type { Intervals } from "./intervals.ts";
import { covers, intersect, isEmpty, meets, subtract } from "./intervals.ts";

export interface Box {
  /** Atoms of the family's address space. */
  readonly source: Intervals;
  readonly destination: Intervals;
  /** Numbers of IP protocols. */
  readonly protocol: Intervals;
  readonly sourcePort: Intervals;
  readonly destinationPort: Intervals;
}

export type Field = keyof Box;
export type PacketSet = readonly Box[];

export const fields: readonly Field[] = [
  "destination",
  "protocol",
  "destinationPort",
  "source",
  "sourcePort",
];

export const everyPort: Intervals = [0, 65_535];
export const everyProtocol: Intervals = [0, 255];
export const protocols = { icmp: 1, tcp: 6, udp: 17, icmp6: 58, vrrp: 112 } as const;
export const tcp: Intervals = [protocols.tcp, protocols.tcp];
export const udp: Intervals = [protocols.udp, protocols.udp];

/** What two boxes have in common: the very box that lies whole in the other, so that what is known of it stays known. */
export function intersectBoxes(a: Box, b: Box): Box | undefined {
  if (a === b) return a;
  // The commonest reasons for having nothing in common first, before anything is made.
  if (!meets(a.destination, b.destination) || !meets(a.source, b.source)) return undefined;
  if (!meets(a.destinationPort, b.destinationPort) || !meets(a.protocol, b.protocol)) return undefined;
  if (!meets(a.sourcePort, b.sourcePort)) return undefined;
  const source = intersect(a.source, b.source);
  const destination = intersect(a.destination, b.destination);
  const protocol = intersect(a.protocol, b.protocol);
  const sourcePort = intersect(a.sourcePort, b.sourcePort);
  const destinationPort = intersect(a.destinationPort, b.destinationPort);
  for (const each of [a, b]) {
    if (
      source === each.source &&
      destination === each.destination &&
      destinationPort === each.destinationPort &&
      protocol === each.protocol &&
      sourcePort === each.sourcePort
    )
      return each;
  }
  return { source, destination, protocol, sourcePort, destinationPort };
}

export function boxCovers(outer: Box, inner: Box): boolean {
  return fields.every((field) => covers(outer[field], inner[field]));
}

export function intersectSets(a: PacketSet, b: PacketSet): PacketSet {
  const result: Box[] = [];
  for (const left of a) {
    for (const right of b) {
      const both = intersectBoxes(left, right);
      if (both !== undefined) result.push(both);
    }
  }
  return result;
}

/** A box less another: at most one box a field, none overlapping another. */
export function subtractBox(from: Box, removed: Box): PacketSet {
  const common = intersectBoxes(from, removed);
  if (common === undefined) return [from];
  const result: Box[] = [];
  let rest = from;
  for (const field of fields) {
    const outside = subtract(rest[field], common[field]);
    if (!isEmpty(outside)) result.push({ ...rest, [field]: outside });
    rest = { ...rest, [field]: common[field] };
  }
  return result;
}

export function subtractSets(from: PacketSet, removed: PacketSet): PacketSet {
  let rest = from;
  for (const box of removed) {
    if (rest.length === 0) return rest;
    rest = rest.flatMap((each) => subtractBox(each, box));
  }
  return rest;
}

export function isSubset(inner: PacketSet, outer: PacketSet): boolean {
  return subtractSets(inner, outer).length === 0;
}

/** One packet, its addresses still atoms. */
export interface AtomPacket {
  readonly source: number;
  readonly destination: number;
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export function boxOf(packet: AtomPacket): Box {
  const one = (value: number): Intervals => [value, value];
  return {
    source: one(packet.source),
    destination: one(packet.destination),
    protocol: one(packet.protocol),
    sourcePort: one(packet.sourcePort),
    destinationPort: one(packet.destinationPort),
  };
}

/** A packet of the box, plain where there is a choice: TCP, a source port that clients use. */
export function sampleOf(box: Box): AtomPacket {
  const one = (set: Intervals, ...preferred: readonly number[]): number =>
    preferred.find((value) => meets(set, [value, value])) ?? (set[0] as number);
  const protocol = one(box.protocol, protocols.tcp, protocols.udp);
  const echo = { [protocols.icmp]: 8, [protocols.icmp6]: 128 }[protocol];
  return {
    source: one(box.source),
    destination: one(box.destination),
    protocol,
    sourcePort: one(box.sourcePort, 40_000),
    destinationPort: one(box.destinationPort, echo ?? 443),
  };
}
