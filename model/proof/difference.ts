/**
 * What one network lets through that another does not: packets subtracted both ways, by pair of places and family, never text compared.
 * What is opened is held against what the estate permits.
 */

import { Declared } from "./declared.ts";
import { type CommonSpace, commonSpaces } from "./difference-addresses.ts";
import type { Flow } from "./difference-flows.ts";
import { flowsOf } from "./difference-flows.ts";
import type { Hop } from "./evidence.ts";
import { evidenceOf } from "./evidence.ts";
import { meets } from "./intervals.ts";
import type { Doubtful } from "./matrix.ts";
import { families, Model } from "./model.ts";
import type { Family, Network, Undetermined } from "./network.ts";
import type { Packet } from "./packet-text.ts";
import { servicesOf } from "./packet-text.ts";
import type { Box, PacketSet } from "./packets.ts";
import { boxOf, protocols, sampleOf, subtractSets } from "./packets.ts";
import type { Permission } from "./permissions.ts";
import type { Sites } from "./places.ts";
import { internet, prefixesOf } from "./places.ts";

export interface Change {
  /** `opened`, `closed`: nothing passed before, or does after; `widened`, `narrowed`: something else does as well. */
  readonly kind: "opened" | "widened" | "narrowed" | "closed";
  readonly family: Family;
  readonly from: string;
  readonly to: string;
  /** What passes now and did not, or the other way round. */
  readonly services: readonly string[];
  /** One packet of it, as sent, of those that nobody approves where there are such. */
  readonly packet: Packet;
  /** Its way: in the network after the change, of what is closed in the one before it. */
  readonly hops: readonly Hop[];
  /** Permissions that what is opened comes under; of what is closed, none are asked for. */
  readonly approvedBy: readonly Permission[];
  /** Services of it that no permission approves. */
  readonly unapproved: readonly string[];
}

export interface Difference {
  /** Nothing is opened that no permission approves, and nothing of the network after the change is unknown. */
  readonly held: boolean;
  /** Opened first, closed last; by places, IPv4 first. */
  readonly changes: readonly Change[];
  readonly undetermined: readonly (Doubtful | Undetermined)[];
}

export interface DifferenceOptions {
  readonly permissions: readonly Permission[];
  readonly sites?: Sites;
}

export function differenceOf(
  before: Network,
  after: Network,
  { permissions, sites = [] }: DifferenceOptions,
): Difference {
  const asked = prefixesOf(sites);
  const models = { before: new Model(before, { asked }), after: new Model(after, { asked }) };
  const found = families.map((family) => new Comparison(models, family, permissions, sites).result());
  const changes = found.flatMap((each) => each.changes);
  const undetermined = [...found.flatMap((each) => each.undetermined), ...after.undetermined];
  const order = ["opened", "widened", "narrowed", "closed"];
  changes.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || compare(textOf(a), textOf(b)));
  return {
    held: undetermined.length === 0 && changes.every(({ unapproved }) => unapproved.length === 0),
    changes,
    undetermined,
  };
}

function textOf({ from, to, family }: Change): string {
  return `${from} → ${to} ${family}`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** A part of a flow that the other network does not let through, in atoms of both. */
interface Part {
  readonly flow: Flow;
  readonly packets: PacketSet;
}

type Side = "before" | "after";

class Comparison {
  readonly #models: Readonly<Record<Side, Model>>;
  readonly #family: Family;
  readonly #permissions: readonly Permission[];
  readonly #spaces: Readonly<Record<Side, CommonSpace>>;
  readonly #flows: Readonly<Record<Side, ReadonlyMap<string, readonly Flow[]>>>;
  readonly #declared: Declared;

  constructor(
    models: Readonly<Record<Side, Model>>,
    family: Family,
    permissions: readonly Permission[],
    sites: Sites,
  ) {
    const viewed = (side: Side) => ({
      network: models[side].network,
      space: models[side].views[family].space,
    });
    this.#models = models;
    this.#family = family;
    this.#permissions = permissions;
    this.#spaces = commonSpaces(viewed("before"), viewed("after"));
    this.#flows = {
      before: flowsOf(models.before, family, permissions, sites),
      after: flowsOf(models.after, family, permissions, sites),
    };
    this.#declared = new Declared(permissions, models.after, this.#spaces.after);
  }

  result(): { readonly changes: readonly Change[]; readonly undetermined: readonly Doubtful[] } {
    const pairs = new Set([...this.#flows.before.keys(), ...this.#flows.after.keys()]);
    const changes: Change[] = [];
    const undetermined: Doubtful[] = [];
    for (const pair of pairs) {
      const before = this.#sure("before", pair);
      const after = this.#sure("after", pair);
      const more = this.#parts("after", after.flows, before.packets);
      const less = this.#parts("before", before.flows, after.packets);
      if (more.length > 0) changes.push(this.#change(before.flows.length === 0 ? "opened" : "widened", more));
      if (less.length > 0) changes.push(this.#change(after.flows.length === 0 ? "closed" : "narrowed", less));
      undetermined.push(...this.#doubts(pair, before.packets));
    }
    return { changes, undetermined };
  }

  #sure(side: Side, pair: string): { readonly flows: readonly Flow[]; readonly packets: PacketSet } {
    const flows = (this.#flows[side].get(pair) ?? []).filter(({ reached }) => reached.doubt === undefined);
    const boxes = flows.map(({ landing }) => this.#spaces[side].box(landing.box));
    return { flows, packets: [...new Map(boxes.map((box) => [textOfBox(box), box])).values()] };
  }

  #parts(side: Side, flows: readonly Flow[], others: PacketSet): readonly Part[] {
    const same = new Set(others.map(textOfBox));
    return flows.flatMap((flow) => {
      const box = this.#spaces[side].box(flow.landing.box);
      const packets = same.has(textOfBox(box)) ? [] : subtractSets([box], others);
      return packets.length === 0 ? [] : [{ flow, packets }];
    });
  }

  #change(kind: Change["kind"], parts: readonly Part[]): Change {
    const side = kind === "opened" || kind === "widened" ? "after" : "before";
    const asked = side === "after" ? parts.map((part) => ({ ...part, packets: this.#undeclared(part) })) : [];
    const unapproved = asked.filter(({ packets }) => packets.length > 0);
    const [shown] = (unapproved.length > 0 ? unapproved : parts) as [Part, ...Part[]];
    const { from, to } = shown.flow;
    return {
      kind,
      family: this.#family,
      from,
      to,
      services: servicesOf(parts.flatMap(({ packets }) => packets)),
      ...this.#evidence(side, shown),
      approvedBy: side === "after" ? this.#approving(parts) : [],
      unapproved: servicesOf(unapproved.flatMap(({ packets }) => packets)),
    };
  }

  /** Whoever comes by a public address comes as everybody on the internet does. */
  #undeclared({ flow: { from, landing }, packets }: Part): PacketSet {
    const { box: own, sentBy } = landing;
    const sources = sentBy && this.#spaces.after.box({ ...own, source: sentBy }).source;
    const without = (sender: string, all: PacketSet): PacketSet =>
      all.flatMap((box) => this.#declared.undeclared(sender, { ...landing, box, sentBy: sources }));
    const left = without(from, packets);
    return landing.isPublic ? without(internet.name, left) : left;
  }

  #approving(parts: readonly Part[]): readonly Permission[] {
    return this.#permissions.filter((permission) =>
      parts.some(({ flow: { from, landing }, packets }) => {
        const { names, isPublic } = landing;
        if (permission.from !== from && !(isPublic && permission.from === internet.name)) return false;
        if (!names.includes(permission.to)) return false;
        if (!this.#declared.isFor(permission, landing)) return false;
        return packets.some((box) => this.#covers(permission, box));
      }),
    );
  }

  #covers({ protocol, first, last }: Permission, box: Box): boolean {
    const number = protocol === "icmp" && this.#family === 6 ? protocols.icmp6 : protocols[protocol];
    return meets(box.protocol, [number, number]) && meets(box.destinationPort, [first, last]);
  }

  #evidence(side: Side, { flow, packets }: Part): { readonly packet: Packet; readonly hops: readonly Hop[] } {
    const model = this.#models[side];
    const sample = this.#spaces[side].packet(sampleOf(packets[0] as Box));
    const { space } = model.views[this.#family];
    const { packet, arriving, hops } = evidenceOf(model, space, flow.reached, boxOf(sample.own));
    // What was not translated on the way is the very address, not the first of those that this network treats alike.
    return {
      packet: {
        ...packet,
        source: packet.source === arriving.source ? sample.source : packet.source,
        destination: packet.destination === arriving.destination ? sample.destination : packet.destination,
      },
      hops,
    };
  }

  /** What may pass, nobody knows, and neither was there before nor is permitted. */
  #doubts(pair: string, before: PacketSet): readonly Doubtful[] {
    const flows = (this.#flows.after.get(pair) ?? []).filter(({ reached }) => reached.doubt !== undefined);
    const open = this.#parts("after", flows, before).filter((part) => this.#undeclared(part).length > 0);
    const whys = new Map(open.map(({ flow }) => [flow.reached.doubt ?? "", flow]));
    return [...whys].map(([why, { from, to }]) => ({ family: this.#family, from, to, why }));
  }
}

const texts = new WeakMap<Box, string>();

function textOfBox(box: Box): string {
  const known = texts.get(box);
  if (known !== undefined) return known;
  const { source, destination, protocol, sourcePort, destinationPort } = box;
  const text = [source, destination, protocol, sourcePort, destinationPort]
    .map((each) => each.join())
    .join(" ");
  texts.set(box, text);
  return text;
}
