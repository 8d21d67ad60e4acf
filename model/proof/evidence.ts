/** What shows that packets get somewhere: one packet, and each machine and filter on its way with the rule that let it pass. */
import type { AddressSpace } from "./addresses.ts";
import type { Crossing } from "./fabric.ts";
import { decisionOf } from "./filters.ts";
import type { Model } from "./model.ts";
import type { RuleReference } from "./nft-rules.ts";
import type { Packet } from "./packet-text.ts";
import { packetOf } from "./packet-text.ts";
import type { AtomPacket, Box, Field } from "./packets.ts";
import { boxCovers, boxOf, sampleOf } from "./packets.ts";
import type { Reached, Trail } from "./reach.ts";
import { throughPiece } from "./reach.ts";

export interface Hop {
  readonly layer: "firewall" | "host" | "acl" | "security-group" | "load-balancer";
  /** Key of the node; undefined for a filter between nodes. */
  readonly node: string | undefined;
  readonly incoming: string | undefined;
  readonly resource: string;
  /** Rules of a kernel that let it pass, in order. */
  readonly rules: readonly RuleReference[];
  /** Index of the rule of an ACL or security group; undefined: its default policy, or no such filter. */
  readonly index: number | undefined;
}

export interface Evidence {
  /** As it was sent. */
  readonly packet: Packet;
  /** As it arrives, after translation. */
  readonly arriving: Packet;
  readonly hops: readonly Hop[];
}

/** One packet of a box that reached its place, with its way. */
export function evidenceOf(model: Model, space: AddressSpace, reached: Reached, box: Box): Evidence {
  const arriving = sampleOf(box);
  const trails: Trail[] = [];
  for (let trail = reached.trail; trail !== undefined; trail = trail.previous) trails.unshift(trail);
  const { sent, steps } = backwards(trails, arriving);
  const hops = steps.flatMap(({ trail, before, after }) => [
    ...crossings(trail.crossed, before),
    stationHop(model, trail, before, after),
  ]);
  return {
    packet: packetOf(sent, space),
    arriving: packetOf(arriving, space),
    hops: [...hops, ...crossings(reached.crossed, boxOf(arriving))],
  };
}

interface Stage {
  readonly trail: Trail;
  readonly before: Box;
  readonly after: Box;
}

/** From the packet that arrives to the one that was sent: what a machine translated is chosen anew among what came to it. */
function backwards(
  trails: readonly Trail[],
  arriving: AtomPacket,
): { sent: AtomPacket; steps: readonly Stage[] } {
  let packet = arriving;
  const steps: Stage[] = [];
  for (const trail of trails.toReversed()) {
    const after = boxOf(packet);
    const chosen = sampleOf(trail.before);
    const changes: Partial<Record<Field, number>> = {};
    for (const field of trail.translated) changes[field] = chosen[field];
    packet = { ...packet, ...changes };
    steps.unshift({ trail, before: boxOf(packet), after });
  }
  return { sent: packet, steps };
}

function crossings(crossed: readonly Crossing[], packet: Box): Hop[] {
  return crossed.map(({ layer, resource, filter }) => ({
    layer,
    node: undefined,
    incoming: undefined,
    resource,
    rules: [],
    index: decisionOf(filter, packet).index,
  }));
}

/** The very rules that decide this packet: a set's may be any of several that accept it. */
function stationHop(model: Model, { station, incoming }: Trail, before: Box, after: Box): Hop {
  const { delivered, forwarded } = station.arrive(incoming, before, "new", true);
  const pieces = [...delivered, ...forwarded.map(({ piece }) => piece)];
  const piece = pieces.find((each) => {
    const passed = throughPiece(before, each);
    return passed !== undefined && boxCovers(passed.after, after);
  });
  return {
    layer: layerOf(model, station.node.key),
    node: station.node.key,
    incoming,
    resource: station.node.origin.resource,
    rules: piece?.rules ?? [],
    index: undefined,
  };
}

export function layerOf(model: Model, key: string): "firewall" | "host" | "load-balancer" {
  const kind = model.node(key)?.kind;
  if (kind === "load-balancer" || kind === "gateway") return "load-balancer";
  return model.routers.has(key) ? "firewall" : "host";
}
