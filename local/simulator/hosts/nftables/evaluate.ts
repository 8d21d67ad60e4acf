import type { CompiledChain, CompiledRuleset } from "./compile.ts";
import type { ForwardingBase, MatchContext } from "./keys.ts";
import type { Packet } from "./packet.ts";
import type { Hook } from "./ruleset.ts";
import type { Translation } from "./statements.ts";

/** What a host's rules decide for a packet at one hook, and which rule decided. */
export interface HookDecision {
  verdict: "accept" | "drop" | "reject";
  /** Table, chain and rule (or policy) that decided; "no rules" when no base chain is at this hook. */
  by: string;
  /** Address rewriting asked for by a nat chain. */
  translation?: Translation;
}

type ChainResult =
  | { kind: "accept" | "drop" | "reject"; by: string; translation?: Translation }
  | { kind: "end" };

function nameOf(compiled: CompiledChain, handle: number, comment: string | undefined): string {
  const rule = `${compiled.table.family} ${compiled.table.name} ${compiled.chain.name} rule ${handle}`;
  return comment === undefined ? rule : `${rule} (${comment})`;
}

/** Runs one chain; "end" when no rule decided (or `return`). */
function runChain(compiled: CompiledChain, context: MatchContext): ChainResult {
  for (const { rule, statements } of compiled.rules) {
    const by = nameOf(compiled, rule.handle, rule.comment);
    for (const statement of statements) {
      const outcome = statement(context);
      if (outcome.kind === "no match") break;
      if (outcome.kind === "next") continue;
      if (outcome.kind === "translate") return { kind: "accept", by, translation: outcome.translation };
      const { verdict } = outcome;
      if (!("target" in verdict)) {
        if (verdict.kind === "return") return { kind: "end" };
        if (verdict.kind === "continue") break;
        return { kind: verdict.kind, by };
      }
      const target = compiled.siblings.get(verdict.target);
      // Checked when the ruleset was compiled: targets exist and never form a circle.
      const result: ChainResult = target ? runChain(target, context) : { kind: "drop", by };
      if (result.kind !== "end" || verdict.kind === "goto") return result;
      break;
    }
  }
  return { kind: "end" };
}

/**
 * Sends a packet through all base chains of a hook, in order of priority: an accept ends its own chain only,
 * a drop ends everything. Without chains the kernel lets packets through.
 */
export function decide(
  rules: CompiledRuleset,
  hook: Hook,
  packet: Packet,
  fib: ForwardingBase,
): HookDecision {
  const context: MatchContext = { packet, fib };
  let decision: HookDecision = { verdict: "accept", by: "no rules" };
  for (const compiled of rules.baseChains) {
    const { base } = compiled.chain;
    if (!base || base.hook !== hook) continue;
    if (compiled.table.family !== "inet" && compiled.table.family !== packet.family) continue;
    // The kernel asks nat chains for the first packet of a connection only.
    if (base.type === "nat" && packet.state !== "new") continue;
    const result = runChain(compiled, context);
    const chainName = `${compiled.table.family} ${compiled.table.name} ${compiled.chain.name}`;
    if (result.kind === "end") {
      if (base.policy === "drop") return { verdict: "drop", by: `${chainName} policy` };
      if (base.type !== "nat") decision = { ...decision, by: `${chainName} policy` };
      continue;
    }
    if (result.kind !== "accept") return { verdict: result.kind, by: result.by };
    decision = result.translation
      ? { verdict: "accept", by: result.by, translation: result.translation }
      : { ...decision, by: result.by };
  }
  return decision;
}
