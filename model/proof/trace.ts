/** One packet, followed by every way that it may take: who holds a pair's addresses is not known, so each member is tried. */
import type { Crossing, Fabric, Onward } from "./fabric.ts";
import { decisionOf } from "./filters.ts";
import type { Forwarded, State, Station } from "./machine.ts";
import type { RuleReference } from "./nft-rules.ts";
import type { Box } from "./packets.ts";
import { Passing } from "./passing.ts";

export type Layer = "acl" | "firewall" | "host" | "security-group" | "load-balancer";

export type Ending =
  | { readonly kind: "delivered"; readonly station: Station }
  | { readonly kind: "internet" }
  | { readonly kind: "tunnel"; readonly interface: string }
  | {
      readonly kind: "denied";
      readonly layer: Layer;
      readonly resource: string;
      readonly node: string | undefined;
      /** Of a kernel; else the index below. */
      readonly rule: RuleReference | undefined;
      readonly index: number | undefined;
    }
  /** The node that knows no way, or behind which nobody answers. */
  | { readonly kind: "no-route"; readonly node: string | undefined }
  /** A router that was handed what is for others, and whose kernel hands nothing on. */
  | { readonly kind: "not-forwarding"; readonly node: string }
  | { readonly kind: "undetermined"; readonly why: string };

/** What a machine did with the packet. */
export interface Step {
  readonly station: Station;
  readonly incoming: string | undefined;
  readonly before: Box;
  readonly after: Box;
  readonly rules: readonly RuleReference[];
  readonly crossed: readonly Crossing[];
}

export interface Path {
  readonly steps: readonly Step[];
  readonly box: Box;
  readonly ending: Ending;
  /** Denials on the way that were passed over, to see what else would stop it. */
  readonly passedOver: readonly Denial[];
}

export type Denial = Ending & { readonly kind: "denied" };

/** A way so far. */
interface Way {
  readonly steps: readonly Step[];
  readonly passedOver: readonly Denial[];
}

const atStart: Way = { steps: [], passedOver: [] };

/** How replies are followed: through the machines that know the connection, which undo their translations. */
export interface Connection {
  readonly knows: (station: Station) => boolean;
  /** What the packet becomes at a machine before its rules, and after them. */
  readonly undo: (station: Station, box: Box, moment: "before" | "after") => Box;
}

const mostHops = 16;

export class Tracer {
  readonly #fabric: Fabric;
  readonly #connection: Connection | undefined;
  readonly #layerOf: (station: Station) => Layer;
  readonly #told: boolean;
  readonly #passOver: ((station: Station) => Station) | undefined;
  readonly #passing: Passing;

  /** `told`: each step with its very rules, and what denies; otherwise only whether packets pass, from what is worked out already. */
  constructor(
    fabric: Fabric,
    layerOf: (station: Station) => Layer,
    told: boolean,
    connection?: Connection,
    /** The same machine without its rules: what is denied goes on as if it were not. */
    passOver?: (station: Station) => Station,
    /** What machines are known to do with packets; shared by those who ask of the same ones. */
    passing: Passing = new Passing(),
  ) {
    this.#passing = passing;
    this.#passOver = passOver;
    this.#fabric = fabric;
    this.#layerOf = layerOf;
    this.#told = told;
    this.#connection = connection;
  }

  /** What a machine sends, through its own rules and by its own routes. */
  from(station: Station, box: Box, so: Way = atStart): readonly Path[] {
    const state = this.#state(station);
    const { sent, dropped } = this.#told
      ? station.send(box, state, true)
      : { sent: this.#passing.sent(station.sends(state), box), dropped: [] };
    if (sent.length > 0) return sent.flatMap((each) => this.#forwarded(station, undefined, box, each, so));
    return this.#stopped(station, dropped, box, so, (open, next) => this.from(open, box, next));
  }

  /** What comes to machines from outside the estate, or from a translator. */
  onwards(onward: readonly Onward[], so: Way = atStart): readonly Path[] {
    return onward.flatMap((each) => this.#onward(each, so));
  }

  #forwarded(
    station: Station,
    incoming: string | undefined,
    before: Box,
    { piece, way }: Forwarded,
    so: Way,
    crossed: readonly Crossing[] = [],
  ): readonly Path[] {
    if (piece.doubt !== undefined) return [{ ...so, box: before, ending: undetermined(piece.doubt) }];
    const after = this.#connection?.undo(station, piece.box, "after") ?? piece.box;
    const step: Step = { station, incoming, before, after, rules: piece.rules, crossed };
    const onward = this.#fabric.leaving(station.node, way, after, this.#state(station), true);
    return this.onwards(onward, { ...so, steps: [...so.steps, step] });
  }

  #onward({ box, to, crossed, doubt }: Onward, so: Way): readonly Path[] {
    const end = (ending: Ending): readonly Path[] => [{ ...so, box, ending }];
    if (doubt !== undefined) return end(undetermined(doubt));
    if (to.kind === "internet") return end({ kind: "internet" });
    if (to.kind === "tunnel") return end(to);
    if (to.kind === "nowhere") {
      const blocking = crossed
        .map((each) => ({ ...each, ...decisionOf(each.filter, box) }))
        .find(({ accepts }) => !accepts);
      if (blocking === undefined) return end({ kind: "no-route", node: so.steps.at(-1)?.station.key });
      const { layer, resource, index } = blocking;
      const denial: Denial = { kind: "denied", layer, resource, node: undefined, rule: undefined, index };
      const beyond = this.#passOver === undefined ? [] : this.#fabric.holdersOf(box);
      if (beyond.length === 0) return end(denial);
      return this.onwards(beyond, { ...so, passedOver: [...so.passedOver, denial] });
    }
    if (so.steps.length >= mostHops) return end(undetermined(`more than ${mostHops} machines on the way`));
    return this.#arrive(to.station, to.incoming, box, crossed, so);
  }

  #arrive(
    station: Station,
    incoming: string,
    box: Box,
    crossed: readonly Crossing[],
    so: Way,
  ): readonly Path[] {
    const before = this.#connection?.undo(station, box, "before") ?? box;
    const state = this.#state(station);
    const { delivered, forwarded, dropped } = this.#told
      ? station.arrive(incoming, before, state, true)
      : this.#passing.arrived(station.arrivals(incoming, state), before);
    const [taken] = delivered;
    if (taken !== undefined) {
      if (taken.doubt !== undefined) return [{ ...so, box, ending: undetermined(taken.doubt) }];
      const step: Step = { station, incoming, before: box, after: taken.box, rules: taken.rules, crossed };
      return [{ ...so, steps: [...so.steps, step], box: taken.box, ending: { kind: "delivered", station } }];
    }
    if (forwarded.length > 0) {
      return forwarded.flatMap((each) => this.#forwarded(station, incoming, box, each, so, crossed));
    }
    return this.#stopped(station, dropped, box, so, (open, next) =>
      this.#arrive(open, incoming, box, crossed, next),
    );
  }

  /** Where nothing of a box goes on; past the denial, by the machine as it would be without it, where that is asked for. */
  #stopped(
    station: Station,
    dropped: readonly { readonly rule: RuleReference }[],
    box: Box,
    so: Way,
    goOn: (open: Station, so: Way) => readonly Path[],
  ): readonly Path[] {
    const [first] = dropped;
    if (first === undefined) return [{ ...so, box, ending: this.#lost(station) }];
    const denial = this.#denied(station, first.rule);
    const open = this.#passOver?.(station);
    return open === undefined || open === station
      ? [{ ...so, box, ending: denial }]
      : goOn(open, { ...so, passedOver: [...so.passedOver, denial] });
  }

  #lost(station: Station): Ending {
    const { key, node } = station;
    const isMute = this.#layerOf(station) === "firewall" && !node.forwards[this.#fabric.space.family];
    return { kind: isMute ? "not-forwarding" : "no-route", node: key };
  }

  #state(station: Station): State {
    return this.#connection?.knows(station) === true ? "established" : "new";
  }

  #denied(station: Station, rule: RuleReference): Denial {
    const { key, node } = station;
    const layer = this.#layerOf(station);
    return { kind: "denied", layer, resource: node.origin.resource, node: key, rule, index: undefined };
  }
}

function undetermined(why: string): Ending {
  return { kind: "undetermined", why };
}
