/**
 * Which packets pass a hook, exactly and for all of them at once. A packet walks its chains rule by rule; here sets of packets do.
 *
 * What a rule decides is kept beside the set that walks on and is subtracted only where it matters: at a later accept (what was dropped or
 * returned before), and at a policy that accepts. So a long chain of accepts costs one intersection a rule.
 */
import { subtract } from "./intervals.ts";
import { packetsBetween, passes } from "./nft-between.ts";
import type { Match } from "./nft-matches.ts";
import type { Context, Dropped, Outcome, Piece } from "./nft-pieces.ts";
import type { CompiledChain, CompiledRule, Hooks, RuleReference, Translation, Verdict } from "./nft-rules.ts";
import type { Box, PacketSet } from "./packets.ts";
import { intersectSets, subtractSets } from "./packets.ts";

/** All base chains of a hook, in order. A drop in any is final; an accept goes on to the next. */
export function runHook(hooks: Hooks, hook: string, pieces: readonly Piece[], context: Context): Outcome {
  let passed = pieces;
  const dropped: Dropped[] = [];
  for (const chain of hooks.get(hook) ?? []) {
    // Translation is of connections: their first packet decides for all others.
    if (chain.base?.type === "nat" && context.state !== "new") continue;
    const next: Piece[] = [];
    for (const piece of passed) {
      const walk = new Walk(context, piece);
      walk.base(chain);
      next.push(...walk.passed);
      dropped.push(...walk.dropped);
    }
    passed = next;
  }
  return { passed, dropped };
}

/** How a rule is being read: what it decides is in doubt, or happens only to some of the packets. */
interface Mode {
  readonly doubt: string | undefined;
  readonly limited: boolean;
}

const deepest = 32;

class Walk {
  readonly passed: Piece[] = [];
  readonly dropped: Dropped[] = [];
  readonly #context: Context;
  readonly #piece: Piece;
  readonly #accepted: Box[] = [];
  /** Dropped, or passed on translated. */
  readonly #gone: Box[] = [];
  readonly #doubts: { readonly packets: PacketSet; readonly reason: string }[] = [];

  constructor(context: Context, piece: Piece) {
    this.#context = context;
    this.#piece = piece;
  }

  base(chain: CompiledChain): void {
    const all = [this.#piece.box];
    this.#chain(chain, all, { doubt: undefined, limited: false }, 0);
    if (chain.policy === "accept") {
      const rest = subtractSets(subtractSets(all, this.#gone), this.#accepted);
      this.#emit(rest, chain.policyReference, undefined);
    } else if (this.#context.attributed) {
      const rest = subtractSets(subtractSets(all, this.#gone), this.#accepted);
      if (rest.length > 0) this.dropped.push({ packets: rest, rule: chain.policyReference });
    }
  }

  #chain(chain: CompiledChain, packets: PacketSet, mode: Mode, depth: number): void {
    if (depth > deepest) {
      this.#unknown(packets, "chains that jump in a circle", chain.policyReference, []);
      return;
    }
    const returned: Box[] = [];
    for (const rule of chain.rules) {
      // A rule that decides everything leaves nothing to those after it.
      if (this.#rule(chain, rule, packets, mode, returned, depth) === "all") return;
    }
  }

  #rule(
    chain: CompiledChain,
    rule: CompiledRule,
    packets: PacketSet,
    given: Mode,
    returned: Box[],
    depth: number,
  ): "all" | "some" {
    let current = packets;
    let mode = given;
    const decide = (verdict: Verdict, of: PacketSet): void =>
      this.#decide(chain, verdict, of, mode, rule.reference, returned, depth);
    for (const step of rule.steps) {
      if (current.length === 0) return "some";
      switch (step.kind) {
        case "match": {
          const matched = this.#matching(step.match, rule);
          if (typeof matched === "string") mode = { ...mode, doubt: mode.doubt ?? matched };
          else if (matched[0] !== this.#context.everything) current = intersectSets(current, matched);
          break;
        }
        case "limit":
          mode = { ...mode, limited: true };
          break;
        case "verdict":
          if (step.verdict.kind === "continue") return "some";
          decide(step.verdict, current);
          return current === packets && mode.doubt === undefined && !mode.limited && isFinal(step.verdict)
            ? "all"
            : "some";
        case "map":
          for (const { at, verdict } of step.entries) {
            if (!passes(at, this.#context.incoming, this.#context.outgoing)) continue;
            const matched = intersectSets(current, at.packets);
            if (matched.length > 0 && verdict.kind !== "continue") decide(verdict, matched);
          }
          return "some";
        case "translate":
          this.#translate(this.#undecided(current, returned), step.to, mode, rule.reference);
          return "some";
        case "translate-unknown":
          for (const box of this.#undecided(current, returned)) {
            const wide = { ...box, [step.side]: this.#context.everything[step.side] };
            this.#push(wide, { [step.side]: box[step.side] }, rule.reference, step.reason);
            this.#gone.push(box);
          }
          return "some";
        case "unknown":
          this.#unknown(current, step.reason, rule.reference, returned);
          mode = { ...mode, doubt: mode.doubt ?? step.reason };
          break;
      }
    }
    return "some";
  }

  /** What passes a statement that is not understood may have been accepted, dropped or changed by it. */
  #unknown(current: PacketSet, reason: string, rule: RuleReference, returned: readonly Box[]): void {
    for (const box of this.#live(current, returned)) this.#push(box, {}, rule, reason);
    this.#doubts.push({ packets: current, reason });
  }

  #decide(
    chain: CompiledChain,
    verdict: Verdict,
    current: PacketSet,
    mode: Mode,
    rule: RuleReference,
    returned: Box[],
    depth: number,
  ): void {
    if (verdict.kind === "accept") {
      const live = this.#live(current, returned);
      this.#emit(live, rule, mode.doubt);
      if (mode.doubt === undefined && !mode.limited) this.#accepted.push(...live);
      return;
    }
    if (verdict.kind === "jump" || verdict.kind === "goto") {
      const target = chain.siblings.get(verdict.chain);
      const entering = subtractSets(current, returned);
      if (target === undefined)
        this.#unknown(entering, `the chain ${verdict.chain}, which is not there`, rule, []);
      else this.#chain(target, entering, mode, depth + 1);
      if (verdict.kind === "goto") this.#leave(current, mode, returned);
      return;
    }
    if (verdict.kind === "return") {
      this.#leave(current, mode, returned);
      return;
    }
    if (mode.doubt !== undefined) {
      this.#doubts.push({ packets: current, reason: mode.doubt });
    } else if (!mode.limited) {
      if (this.#context.attributed) {
        const packets = subtractSets(this.#live(current, returned), this.#accepted);
        if (packets.length > 0) this.dropped.push({ packets, rule });
      }
      this.#gone.push(...subtractSets(current, returned));
    }
  }

  #leave(current: PacketSet, mode: Mode, returned: Box[]): void {
    if (mode.doubt !== undefined) this.#doubts.push({ packets: current, reason: mode.doubt });
    else if (!mode.limited) returned.push(...current);
  }

  /** What has neither been dropped nor left the chain. */
  #live(current: PacketSet, returned: readonly Box[]): PacketSet {
    const live = subtractSets(subtractSets(current, returned), this.#gone);
    return this.#context.attributed ? subtractSets(live, this.#accepted) : live;
  }

  /** Where it matters which of two rules takes a packet: the first does. */
  #undecided(current: PacketSet, returned: readonly Box[]): PacketSet {
    return subtractSets(this.#live(current, returned), this.#accepted);
  }

  #translate(live: PacketSet, { side, address, port }: Translation, mode: Mode, rule: RuleReference): void {
    const portField = side === "source" ? "sourcePort" : "destinationPort";
    const own = this.#context.ownAddress[side];
    const atom =
      address === "interface" ? own : address === undefined ? undefined : this.#context.atomOf(address);
    if (address === "interface" && own === undefined) {
      // The kernel drops what it should give an address that the interface has not.
      if (this.#context.attributed && live.length > 0) this.dropped.push({ packets: live, rule });
      this.#gone.push(...live);
      return;
    }
    for (const box of live) {
      const changed = {
        ...box,
        ...(atom === undefined ? {} : { [side]: [atom, atom] }),
        ...(port === undefined ? {} : { [portField]: [port, port] }),
      };
      const original = {
        ...(atom === undefined ? {} : { [side]: box[side] }),
        ...(port === undefined ? {} : { [portField]: box[portField] }),
      };
      this.#push(changed, original, rule, mode.doubt);
      if (mode.doubt === undefined && !mode.limited) this.#gone.push(box);
      else if (mode.doubt !== undefined) this.#doubts.push({ packets: [box], reason: mode.doubt });
    }
  }

  #emit(packets: PacketSet, rule: RuleReference, doubt: string | undefined): void {
    let sure = packets;
    if (doubt === undefined) {
      for (const { packets: doubted, reason } of this.#doubts) {
        for (const box of intersectSets(sure, doubted)) this.#push(box, {}, rule, reason);
        sure = subtractSets(sure, doubted);
      }
    }
    for (const box of sure) this.#push(box, {}, rule, doubt);
  }

  #push(box: Box, original: Piece["original"], rule: RuleReference, doubt: string | undefined): void {
    const before = this.#piece;
    this.passed.push({
      box,
      original: { ...original, ...before.original },
      rules: [...before.rules, rule],
      doubt: before.doubt ?? doubt,
    });
  }

  /** Packets that match, or why it is not known. */
  #matching(match: Match, rule: CompiledRule): PacketSet | string {
    const { incoming, outgoing, state, wayBack, everything } = this.#context;
    switch (match.kind) {
      case "alternatives":
        return packetsBetween(match, incoming, outgoing);
      case "way-back": {
        const source = match.exists ? wayBack : subtract(everything.source, wayBack);
        return source.length === 0 ? [] : [{ ...everything, source }];
      }
      case "state": {
        const matches = (each: string): boolean => match.states.includes(each) !== match.negated;
        if (matches(state)) return [everything];
        // A packet may be made to fit no connection; a rule that only drops it opens nothing.
        const odd = state === "new" && ["invalid", "untracked"].some(matches);
        return odd && !dropsOnly(rule) ? "packets that are of no connection" : [];
      }
      case "unknown":
        return match.reason;
    }
  }
}

function isFinal({ kind }: Verdict): boolean {
  return kind === "accept" || kind === "drop";
}

function dropsOnly({ steps }: CompiledRule): boolean {
  return steps.every(
    (step) =>
      step.kind === "match" ||
      step.kind === "limit" ||
      (step.kind === "verdict" && step.verdict.kind === "drop"),
  );
}
