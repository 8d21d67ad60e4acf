/**
 * One node and one family: what becomes of packets that arrive at an interface or that it sends itself. Every hook of its kernel is run
 * on sets of packets; what arrives from anywhere is worked out once for each interface and kept.
 */
import type { AddressSpace } from "./addresses.ts";
import type { Intervals } from "./intervals.ts";
import { intersect, isEmpty, subtract, unite } from "./intervals.ts";
import type { Node } from "./network.ts";
import { runHook } from "./nft-evaluate.ts";
import type { Context, Dropped, Outcome, Piece } from "./nft-pieces.ts";
import type { Hooks } from "./nft-rules.ts";
import { compile } from "./nft-rules.ts";
import type { Tables } from "./nft-tables.ts";
import type { Box } from "./packets.ts";
import type { Way } from "./routes.ts";
import { ownAddresses, ownAddressesOn, wayBackOf, waysOf, withoutPrefix } from "./routes.ts";

/** What packets meet on their way: a kernel of ours, or a translator of Scaleway's. */
export interface Station {
  readonly node: Node;
  readonly key: string;
  readonly own: Intervals;
  /** Addresses that it shares with the other member of its pair. */
  readonly virtual: Intervals;
  /** What becomes of everything that may arrive at an interface; worked out once. */
  arrivals(incoming: string, state: State): Arrival;
  arrive(incoming: string, box: Box, state: State, attributed: boolean): Arrival;
  send(box: Box, state: State, attributed: boolean): Sent;
  /** Everything that it may send; worked out once. */
  sends(state: State): Sent;
}

export interface Forwarded {
  readonly piece: Piece;
  readonly way: Way;
}

export interface Arrival {
  /** Taken by the machine itself. */
  readonly delivered: readonly Piece[];
  readonly forwarded: readonly Forwarded[];
  readonly dropped: readonly Dropped[];
  /** Neither its own nor forwarded: for no address of its own, and it forwards nothing or has no route. */
  readonly unrouted: boolean;
}

/** Ways by one interface: rules see only the interface. */
interface Exit {
  readonly outgoing: string;
  readonly destinations: Intervals;
  readonly ways: readonly Way[];
}

export interface Sent {
  readonly sent: readonly Forwarded[];
  readonly dropped: readonly Dropped[];
  readonly unrouted: boolean;
}

export type State = Context["state"];

export class Machine implements Station {
  readonly node: Node;
  readonly own: Intervals;
  readonly virtual: Intervals;
  /** Why nothing that this machine decides is known; undefined: it is. */
  readonly doubt: string | undefined;
  readonly #space: AddressSpace;
  readonly #hooks: Hooks;
  readonly #arrivals = { new: new Map<string, Arrival>(), established: new Map<string, Arrival>() };
  readonly #sends = new Map<State, Sent>();
  readonly #exits = new Map<string, readonly Exit[]>();
  readonly #waysBack = new Map<string, Intervals>();

  constructor(node: Node, tables: Tables, space: AddressSpace, unknown: string | undefined) {
    this.node = node;
    this.#space = space;
    this.#hooks = compile(tables, space);
    this.own = unite(...ownAddresses(node).map((address) => space.of(address)));
    const shared = node.legs.flatMap(({ virtualAddresses }) => virtualAddresses);
    this.virtual = unite(...shared.map((address) => space.of(address)));
    this.doubt = unknown ?? tables.problems[0];
  }

  get key(): string {
    return this.node.key;
  }

  arrivals(incoming: string, state: State): Arrival {
    let known = this.#arrivals[state].get(incoming);
    if (known === undefined) {
      known = this.arrive(incoming, this.#space.everything, state, false);
      this.#arrivals[state].set(incoming, known);
    }
    return known;
  }

  sends(state: State): Sent {
    let known = this.#sends.get(state);
    if (known === undefined) {
      known = this.send(this.#space.everything, state, false);
      this.#sends.set(state, known);
    }
    return known;
  }

  arrive(incoming: string, box: Box, state: State, attributed: boolean): Arrival {
    if (!this.#speaksOn(incoming)) return { delivered: [], forwarded: [], dropped: [], unrouted: true };
    if (this.doubt !== undefined) return this.#doubtful(incoming, box, this.doubt);
    const before = this.#run(
      "prerouting",
      [whole(box)],
      this.#context(incoming, undefined, state, attributed),
    );
    const mine = this.#towards(before.passed, this.own);
    const input = this.#run("input", mine, this.#context(incoming, undefined, state, attributed));
    const dropped = [...before.dropped, ...input.dropped];
    const others = this.#towards(before.passed, subtract(this.#space.all, this.own));
    if (!this.node.forwards[this.#space.family]) {
      return { delivered: input.passed, forwarded: [], dropped, unrouted: others.length > 0 };
    }
    const out = this.#out("forward", incoming, others, state, attributed);
    return {
      delivered: input.passed,
      forwarded: out.sent,
      dropped: [...dropped, ...out.dropped],
      unrouted: out.unrouted,
    };
  }

  /** What the machine itself may send, by its own routes and rules. */
  send(box: Box, state: State, attributed: boolean): Sent {
    if (this.doubt !== undefined) {
      const { forwarded } = this.#doubtful(undefined, box, this.doubt);
      return { sent: forwarded, dropped: [], unrouted: false };
    }
    return this.#out("output", undefined, [whole(box)], state, attributed);
  }

  #out(
    hook: "forward" | "output",
    incoming: string | undefined,
    pieces: readonly Piece[],
    state: State,
    attributed: boolean,
  ): Sent {
    const sent: Forwarded[] = [];
    const dropped: Dropped[] = [];
    let routed = unite();
    for (const { outgoing, destinations, ways } of this.#exitsFrom(incoming)) {
      routed = unite(routed, destinations);
      const leaving = this.#towards(pieces, destinations);
      if (leaving.length === 0) continue;
      const context = this.#context(incoming, outgoing, state, attributed);
      const through = this.#run(hook, leaving, context);
      const after = this.#run("postrouting", through.passed, context);
      dropped.push(...through.dropped, ...after.dropped);
      for (const way of ways) {
        for (const piece of this.#towards(after.passed, way.destinations)) sent.push({ piece, way });
      }
    }
    const unrouted = pieces.some(({ box }) => !isEmpty(subtract(box.destination, routed)));
    return { sent, dropped, unrouted };
  }

  /** Nothing is known of what it lets through: everything may pass everywhere. */
  #doubtful(incoming: string | undefined, box: Box, doubt: string): Arrival {
    const piece: Piece = { ...whole(box), doubt };
    return {
      delivered: this.#towards([piece], this.own),
      forwarded: this.#exitsFrom(incoming)
        .flatMap(({ ways }) => ways)
        .flatMap((way) =>
          this.#towards([piece], subtract(way.destinations, this.own)).map((each) => ({ piece: each, way })),
        ),
      dropped: [],
      unrouted: false,
    };
  }

  #run(hook: string, pieces: readonly Piece[], context: Context): Outcome {
    return pieces.length === 0 ? { passed: [], dropped: [] } : runHook(this.#hooks, hook, pieces, context);
  }

  #towards(pieces: readonly Piece[], destinations: Intervals): readonly Piece[] {
    return pieces.flatMap((piece) => {
      const destination = intersect(piece.box.destination, destinations);
      return isEmpty(destination) ? [] : [{ ...piece, box: { ...piece.box, destination } }];
    });
  }

  /** A family turned off is off on private legs and tunnels; the public interface has its own. */
  #speaksOn(name: string): boolean {
    return this.node.publicInterface?.interface === name || this.node.speaks[this.#space.family];
  }

  #context(
    incoming: string | undefined,
    outgoing: string | undefined,
    state: State,
    attributed: boolean,
  ): Context {
    return {
      incoming,
      outgoing,
      state,
      wayBack: incoming === undefined ? [] : this.#wayBack(incoming),
      ownAddress: { source: this.#firstAddress(outgoing), destination: this.#firstAddress(incoming) },
      atomOf: (address) => this.#space.atomOf(address),
      everything: this.#space.everything,
      attributed,
    };
  }

  #exitsFrom(incoming: string | undefined): readonly Exit[] {
    const key = incoming ?? "";
    const known = this.#exits.get(key);
    if (known !== undefined) return known;
    const ways = waysOf(this.node, incoming, this.#space).filter((way) => this.#speaksOn(way.interface));
    const exits = [...Map.groupBy(ways, (way) => way.interface)].map(([outgoing, group]) => ({
      outgoing,
      destinations: unite(...group.map((way) => way.destinations)),
      ways: group,
    }));
    this.#exits.set(key, exits);
    return exits;
  }

  #wayBack(name: string): Intervals {
    const known = this.#waysBack.get(name) ?? wayBackOf(this.node, name, this.#space);
    this.#waysBack.set(name, known);
    return known;
  }

  #firstAddress(name: string | undefined): number | undefined {
    if (name === undefined) return undefined;
    const address = ownAddressesOn(this.node, name).find((each) => !isEmpty(this.#space.of(each)));
    return address === undefined ? undefined : this.#space.atomOf(withoutPrefix(address));
  }
}

function whole(box: Box): Piece {
  return { box, original: {}, rules: [], doubt: undefined };
}
