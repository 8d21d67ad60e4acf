/**
 * The addresses of two networks in one space, so that their packets can be subtracted. Addresses that Scaleway draws (a private network's
 * IPv6 prefix, a public address) are those of their owner: one that is drawn anew, or not known before an update, is no other place.
 */
import type { Stretch } from "./addresses.ts";
import { AddressSpace, familyOf, stretchOf } from "./addresses.ts";
import type { Intervals } from "./intervals.ts";
import { pairsOf, unite } from "./intervals.ts";
import type { Family, Network } from "./network.ts";
import type { AtomPacket, Box } from "./packets.ts";
import { withoutPrefix } from "./routes.ts";

/** Two stretches of one size that change places. */
type Swap = readonly [Stretch, Stretch];

export class CommonSpace {
  readonly space: AddressSpace;
  readonly #own: AddressSpace;
  readonly #starts: readonly bigint[];
  readonly #swaps: readonly Swap[];
  readonly #known = new WeakMap<Intervals, Intervals>();

  constructor(space: AddressSpace, own: AddressSpace, starts: readonly bigint[], swaps: readonly Swap[]) {
    this.space = space;
    this.#own = own;
    this.#starts = starts;
    this.#swaps = swaps;
  }

  get family(): Family {
    return this.space.family;
  }

  get everything(): Box {
    return this.space.everything;
  }

  get all(): Intervals {
    return this.space.all;
  }

  /** Atoms of both for an address that the network names. */
  of(text: string): Intervals {
    return this.#intervals(this.#own.of(text));
  }

  /** A box of the network's own atoms, in those of both. */
  box(box: Box): Box {
    return { ...box, source: this.#intervals(box.source), destination: this.#intervals(box.destination) };
  }

  /** One packet back in the network's own atoms, with its addresses in words: an atom of both may be a part of one. */
  packet(packet: AtomPacket): {
    readonly own: AtomPacket;
    readonly source: string;
    readonly destination: string;
  } {
    const source = this.#back(packet.source);
    const destination = this.#back(packet.destination);
    const own = { ...packet, source: this.#own.atomOf(source), destination: this.#own.atomOf(destination) };
    return { own, source, destination };
  }

  #intervals(atoms: Intervals): Intervals {
    const known = this.#known.get(atoms);
    if (known !== undefined) return known;
    const end = (1n << (this.space.family === 4 ? 32n : 128n)) - 1n;
    const stretches = pairsOf(atoms).map(([low, high]): Stretch => {
      const next = this.#starts[high + 1];
      return [this.#starts[low] as bigint, next === undefined ? end : next - 1n];
    });
    const found = unite(
      ...stretches.flatMap((each) => swapped(each, this.#swaps)).map((each) => this.space.between(each)),
    );
    this.#known.set(atoms, found);
    return found;
  }

  #back(atom: number): string {
    const text = this.space.textOf(atom);
    const [first] = stretchOf(text) as Stretch;
    const [[moved] = [first]] = swapped([first, first], this.#swaps);
    return moved === first ? text : addressText(this.space.family, moved);
  }
}

/** Spaces of two networks for one family: `before` as it is, `after` with what Scaleway drew anew put back. */
export function commonSpaces(
  before: { readonly network: Network; readonly space: AddressSpace },
  after: { readonly network: Network; readonly space: AddressSpace },
): { readonly before: CommonSpace; readonly after: CommonSpace } {
  const { family } = before.space;
  const swaps = swapsOf(before.network, after.network, family);
  const starts = { before: startsOf(before.space), after: startsOf(after.space) };
  const all = [...starts.before, ...starts.after, ...swaps.flat(2).flatMap((each) => [each, each + 1n])];
  const moved = all.map((each) => swapped([each, each], swaps)[0]?.[0] ?? each);
  const edges = swaps.flat().map(([first, last]): Stretch => [first, last]);
  const points = [...all, ...moved].filter((each) => each < 1n << (family === 4 ? 32n : 128n));
  const space = new AddressSpace(family, [
    ...edges,
    ...points.map((each): Stretch => [each, lastOf(family)]),
  ]);
  return {
    before: new CommonSpace(space, before.space, starts.before, []),
    after: new CommonSpace(space, after.space, starts.after, swaps),
  };
}

function lastOf(family: Family): bigint {
  return (1n << (family === 4 ? 32n : 128n)) - 1n;
}

function startsOf(space: AddressSpace): readonly bigint[] {
  const [, last = 0] = space.all;
  return Array.from({ length: last + 1 }, (_, atom) => (stretchOf(space.textOf(atom)) as Stretch)[0]);
}

function swapsOf(before: Network, after: Network, family: Family): readonly Swap[] {
  const swaps: Swap[] = [];
  const add = (old: readonly string[], now: readonly string[]): void => {
    const [left, right] = [old, now].map((all) => all.filter((each) => familyOf(each) === family));
    for (const [index, text] of (left ?? []).entries()) {
      const [one, other] = [stretchOf(text), stretchOf(right?.[index] ?? "")];
      if (one === undefined || other === undefined || one[0] === other[0]) continue;
      const apart = [one, other].every((each) => !swaps.flat().some((taken) => overlap(each, taken)));
      if (one[1] - one[0] === other[1] - other[0] && !overlap(one, other) && apart) swaps.push([one, other]);
    }
  };
  if (family === 6) {
    const prefixes = new Map(before.privateNetworks.map((each) => [each.key, each.prefixes]));
    for (const each of after.privateNetworks) add(prefixes.get(each.key) ?? [], each.prefixes);
  }
  const nodes = new Map(before.nodes.map((each) => [each.key, each]));
  const publicOf = (node: Network["nodes"][number] | undefined): readonly string[] =>
    (node?.publicInterface?.addresses ?? []).map(withoutPrefix);
  for (const node of after.nodes) add(publicOf(nodes.get(node.key)), publicOf(node));
  return swaps;
}

function overlap([first, last]: Stretch, [otherFirst, otherLast]: Stretch): boolean {
  return first <= otherLast && otherFirst <= last;
}

/** A stretch, with every part of it that lies in one side of a swap moved to the other. */
function swapped(stretch: Stretch, swaps: readonly Swap[]): readonly Stretch[] {
  const cuts = swaps
    .flatMap(([one, other]) => [
      { from: one, to: other },
      { from: other, to: one },
    ])
    .filter(({ from }) => overlap(from, stretch))
    .sort((a, b) => (a.from[0] < b.from[0] ? -1 : 1));
  const found: Stretch[] = [];
  let [at] = stretch;
  for (const { from, to } of cuts) {
    let [first, last] = from;
    if (at > first) first = at;
    if (stretch[1] < last) last = stretch[1];
    if (at < first) found.push([at, first - 1n]);
    found.push([to[0] + (first - from[0]), to[0] + (last - from[0])]);
    at = last + 1n;
  }
  if (at <= stretch[1]) found.push([at, stretch[1]]);
  return found;
}

function addressText(family: Family, value: bigint): string {
  const space = new AddressSpace(family, [[value, value]]);
  return space.textOf(space.atomOfNumber(value));
}
