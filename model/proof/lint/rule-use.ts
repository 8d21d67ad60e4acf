/**
 * What each rule of each kernel decides, over every packet that may come by any of its interfaces, in new connections and known ones. A
 * family that is turned off is judged as if it were on: rules that guard it are no waste.
 */
import type { AddressSpace } from "../addresses.ts";
import type { Intervals } from "../intervals.ts";
import { intersect } from "../intervals.ts";
import type { Model } from "../model.ts";
import { families } from "../model.ts";
import type { Family, Node } from "../network.ts";
import { packetsBetween } from "../nft-between.ts";
import { runHook } from "../nft-evaluate.ts";
import type { Context } from "../nft-pieces.ts";
import type { CompiledChain, CompiledRule, Hooks, RuleReference, Step, Verdict } from "../nft-rules.ts";
import type { Rule, Tables } from "../nft-tables.ts";
import type { Box, PacketSet } from "../packets.ts";
import { boxOf, intersectSets, sampleOf } from "../packets.ts";
import { wayBackOf } from "../routes.ts";
import type { Kernels } from "./kernels.ts";

export interface Decision {
  readonly family: Family;
  readonly hook: string;
  readonly incoming: string | undefined;
  readonly outgoing: string | undefined;
  readonly state: "new" | "established";
  readonly box: Box;
  readonly passes: boolean;
}

export interface RuleUse {
  readonly node: Node;
  readonly reference: RuleReference;
  /** Undefined for the policy of a chain. */
  readonly rule: Rule | undefined;
  readonly decisions: readonly Decision[];
  /** What decides a packet that it would match, where it decides none; undefined: it matches none at all. */
  readonly shadowedBy: RuleReference | undefined;
}

export function ruleUses(model: Model, kernels: Kernels): readonly RuleUse[] {
  return model.network.nodes
    .filter(({ rulesets }) => rulesets.length > 0)
    .flatMap((node) => new Judged(node, model, kernels).uses());
}

type Way = Pick<Context, "incoming" | "outgoing" | "state">;

class Judged {
  readonly #node: Node;
  readonly #tables: Tables;
  readonly #spaces: Readonly<Record<Family, AddressSpace>>;
  readonly #hooks: Readonly<Record<Family, Hooks>>;
  readonly #waysBack = new Map<string, Intervals>();
  readonly #decisions = new Map<string, Decision[]>();

  constructor(node: Node, { views }: Model, kernels: Kernels) {
    this.#node = node;
    this.#tables = kernels.tables(node);
    this.#spaces = { 4: views[4].space, 6: views[6].space };
    this.#hooks = { 4: kernels.hooks(node, 4), 6: kernels.hooks(node, 6) };
  }

  uses(): readonly RuleUse[] {
    for (const family of families) for (const hook of this.#hooks[family].keys()) this.#run(family, hook);
    const policies = this.#tables.tables.flatMap(({ family, name, chains }) =>
      [...chains.values()]
        .filter(({ base }) => base !== undefined)
        .map((chain) =>
          this.#use(
            { table: `${family} ${name}`, chain: chain.name, index: undefined, log: undefined },
            undefined,
          ),
        ),
    );
    const rules = this.#tables.tables.flatMap(({ family, name, chains }) =>
      [...chains.values()].flatMap((chain) =>
        chain.rules.map((rule, index) =>
          this.#use({ table: `${family} ${name}`, chain: chain.name, index, log: logOf(rule) }, rule),
        ),
      ),
    );
    return [...policies, ...rules];
  }

  #use(reference: RuleReference, rule: Rule | undefined): RuleUse {
    const decisions = this.#decisions.get(keyOf(reference)) ?? [];
    const isIdle = rule !== undefined && decisions.length === 0;
    return {
      node: this.#node,
      reference,
      rule,
      decisions,
      shadowedBy: isIdle ? this.#shadow(reference) : undefined,
    };
  }

  #run(family: Family, hook: string): void {
    const { everything } = this.#spaces[family];
    for (const way of this.#ways(hook)) {
      const whole = { box: everything, original: {}, rules: [], doubt: undefined };
      const { passed, dropped } = runHook(this.#hooks[family], hook, [whole], this.#context(family, way));
      const note = (rule: RuleReference, box: Box, passes: boolean): void => {
        const known = this.#decisions.get(keyOf(rule));
        const decision = { family, hook, ...way, box, passes };
        if (known === undefined) this.#decisions.set(keyOf(rule), [decision]);
        else known.push(decision);
      };
      for (const { rules, box } of passed) for (const rule of rules) note(rule, box, true);
      for (const { rule, packets } of dropped) for (const box of packets) note(rule, box, false);
    }
  }

  #ways(hook: string): readonly Way[] {
    const { legs, publicInterface } = this.#node;
    const all = [...new Set([...legs.map((leg) => leg.interface), publicInterface?.interface ?? "lo"])];
    const incoming = hook === "output" || hook === "postrouting" ? [undefined] : all;
    const outgoing = hook === "prerouting" || hook === "input" ? [undefined] : all;
    return (["new", "established"] as const).flatMap((state) =>
      incoming.flatMap((from) => outgoing.map((to) => ({ incoming: from, outgoing: to, state }))),
    );
  }

  #context(family: Family, way: Way): Context {
    const space = this.#spaces[family];
    return {
      ...way,
      wayBack: way.incoming === undefined ? [] : this.#wayBack(family, way.incoming),
      ownAddress: { source: 0, destination: 0 },
      atomOf: (address) => space.atomOf(address),
      everything: space.everything,
      attributed: true,
    };
  }

  #wayBack(family: Family, name: string): Intervals {
    const key = `${family} ${name}`;
    const known = this.#waysBack.get(key) ?? wayBackOf(this.#node, name, this.#spaces[family]);
    this.#waysBack.set(key, known);
    return known;
  }

  /** The rule that takes what this one would match, at the first hook where it would match anything. */
  #shadow(reference: RuleReference): RuleReference | undefined {
    for (const family of families) {
      for (const [hook, chains] of this.#hooks[family]) {
        const rule = ruleIn(chains, reference);
        if (rule === undefined) continue;
        for (const way of this.#ways(hook)) {
          const context = this.#context(family, way);
          const [box] = matched(rule, context);
          if (box === undefined) continue;
          const packet = { box: boxOf(sampleOf(box)), original: {}, rules: [], doubt: undefined };
          const { passed, dropped } = runHook(this.#hooks[family], hook, [packet], context);
          const decided = dropped[0]?.rule ?? passed[0]?.rules.find((each) => each.table === reference.table);
          if (decided !== undefined) return decided;
        }
      }
    }
    return undefined;
  }
}

/** A rule among the chains of a hook and those that they lead to. */
function ruleIn(
  chains: readonly CompiledChain[],
  { table, chain, index }: RuleReference,
): CompiledRule | undefined {
  return reachable(chains)
    .filter(({ policyReference }) => policyReference.table === table && policyReference.chain === chain)
    .flatMap(({ rules }) => rules)
    .find(({ reference }) => reference.index === index);
}

function reachable(chains: readonly CompiledChain[]): readonly CompiledChain[] {
  const found = new Set(chains);
  // A set grows while it is walked.
  for (const { rules, siblings } of found) {
    for (const { steps } of rules) {
      for (const verdict of steps.flatMap(verdictsOf)) {
        const target = "chain" in verdict ? siblings.get(verdict.chain) : undefined;
        if (target !== undefined) found.add(target);
      }
    }
  }
  return [...found];
}

function verdictsOf(step: Step): readonly Verdict[] {
  if (step.kind === "verdict") return [step.verdict];
  return step.kind === "map" ? step.entries.map(({ verdict }) => verdict) : [];
}

/** What its tests match, wherever it stands. What is not understood matches. */
function matched({ steps }: CompiledRule, context: Context): PacketSet {
  let packets: PacketSet = [context.everything];
  for (const step of steps) {
    if (step.kind !== "match") continue;
    const { match } = step;
    if (match.kind === "alternatives") {
      packets = intersectSets(packets, packetsBetween(match, context.incoming, context.outgoing));
    } else if (match.kind === "state") {
      if (match.states.includes(context.state) === match.negated) return [];
    } else if (match.kind === "way-back" && match.exists) {
      packets = packets.flatMap((box) => {
        const source = intersect(box.source, context.wayBack);
        return source.length === 0 ? [] : [{ ...box, source }];
      });
    }
  }
  return packets;
}

function keyOf({ table, chain, index }: RuleReference): string {
  return `${table} ${chain} ${index ?? "policy"}`;
}

function logOf({ statements }: Rule): string | undefined {
  const log = statements.find((each) => each.log !== undefined)?.log as
    | { readonly prefix?: unknown }
    | null
    | undefined;
  return log?.prefix === undefined ? undefined : String(log.prefix).trim();
}

/** Whether a rule decides anything by itself: it accepts, drops, or translates. */
export function decides({ statements }: Rule): boolean {
  return statements.some((each) =>
    ["accept", "drop", "reject", "dnat", "snat", "masquerade", "redirect"].some(
      (kind) => each[kind] !== undefined,
    ),
  );
}

export function ruleName({ chain, index, log }: RuleReference): string {
  return `${chain}, ${index === undefined ? "its policy" : `rule ${index}`}${log === undefined ? "" : ` (${log})`}`;
}
