/**
 * What a host's rules let through, read from the libnftables JSON that the kernel loads (libnftables-json(5)).
 * Only the statements listed here are understood; anything else makes the path that holds it undetermined, never harmless.
 */

/** One way through a chain: every test on the way to an `accept`. Undefined: the way does not test that field. */
export interface Passage {
  readonly rule: string;
  readonly incoming: readonly string[] | undefined;
  readonly outgoing: readonly string[] | undefined;
  /** IPv4 prefixes. */
  readonly sources: readonly string[] | undefined;
  readonly destinations: readonly string[] | undefined;
  /** Prefixes that the destination must not lie in. */
  readonly notDestinations: readonly string[];
  readonly protocol: string | undefined;
  /** `443` or `1000-1010`. */
  readonly ports: readonly string[] | undefined;
  readonly states: readonly string[] | undefined;
  /** Statements that are not understood. */
  readonly unknown: readonly string[];
}

type Statement = Readonly<Record<string, unknown>>;

interface Chain {
  readonly hook: string | undefined;
  readonly policy: string | undefined;
  readonly rules: (readonly Statement[])[];
}

/** Thrown for text that is not libnftables JSON. */
export class RulesetError extends Error {}

export interface HookRules {
  /** Policies of the chains at the hook; empty when nothing filters there. */
  readonly policies: readonly string[];
  readonly passages: readonly Passage[];
}

export type Hook = "forward" | "input";

/** Several policies read the same rules. */
const seen = new Map<string, HookRules>();

/** Every way through a hook. Throws {@link RulesetError} when the text cannot be read. */
export function rulesAt(hook: Hook, text: string): HookRules {
  const key = `${hook} ${text}`;
  const found = seen.get(key) ?? waysThrough(hook, text);
  seen.set(key, found);
  return found;
}

function waysThrough(hook: Hook, text: string): HookRules {
  const chains = chainsOf(text);
  const base = [...chains.values()].filter((chain) => chain.hook === hook);
  const start: Passage = {
    rule: "",
    incoming: undefined,
    outgoing: undefined,
    sources: undefined,
    destinations: undefined,
    notDestinations: [],
    protocol: undefined,
    ports: undefined,
    states: undefined,
    unknown: [],
  };
  return {
    policies: base.map(({ policy }) => policy ?? "accept"),
    passages: base.flatMap((chain) => walk(chain, chains, start, 0)),
  };
}

function chainsOf(text: string): Map<string, Chain> {
  let document: { nftables?: readonly Statement[] };
  try {
    document = JSON.parse(text) as typeof document;
  } catch (error) {
    throw new RulesetError((error as Error).message);
  }
  const chains = new Map<string, Chain>();
  for (const command of document.nftables ?? []) {
    const object = (command.add ?? command) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    const { chain, rule } = object;
    if (chain !== undefined) {
      chains.set(String(chain.name), {
        hook: chain.hook as string | undefined,
        policy: chain.policy as string | undefined,
        rules: [],
      });
    }
    if (rule !== undefined) {
      const target = chains.get(String(rule.chain));
      if (target === undefined)
        throw new RulesetError(`a rule of the chain ${String(rule.chain)}, which is not there`);
      target.rules.push(rule.expr as readonly Statement[]);
    }
  }
  return chains;
}

/** Chains that jump deeper than this loop. */
const deepest = 16;

function walk(chain: Chain, chains: ReadonlyMap<string, Chain>, before: Passage, depth: number): Passage[] {
  if (depth > deepest) return [{ ...before, unknown: [...before.unknown, "chains that jump in a circle"] }];
  return chain.rules.flatMap((rule) => walkRule(rule, chains, before, depth));
}

function walkRule(
  rule: readonly Statement[],
  chains: ReadonlyMap<string, Chain>,
  before: Passage,
  depth: number,
): Passage[] {
  let passage = before;
  const found: Passage[] = [];
  const follow = (name: string, from: Passage): void => {
    const target = chains.get(name);
    if (target === undefined) throw new RulesetError(`a jump to the chain ${name}, which is not there`);
    found.push(...walk(target, chains, from, depth + 1));
  };
  for (const statement of rule) {
    const [kind = "", value] = Object.entries(statement)[0] ?? [];
    switch (kind) {
      case "counter":
      case "limit":
      case "masquerade":
      case "dnat":
      case "snat":
        break;
      case "log":
        passage = {
          ...passage,
          rule: String((value as { prefix?: string }).prefix ?? "").trim() || passage.rule,
        };
        break;
      case "match":
        passage = narrowed(passage, value as Match);
        break;
      case "vmap":
        for (const { passage: next, target } of branches(passage, value as VerdictMap)) {
          if (target.kind === "accept") found.push(next);
          else if (target.kind === "jump") follow(target.chain, next);
          else if (target.kind === "unknown")
            found.push({ ...next, unknown: [...next.unknown, target.text] });
        }
        break;
      case "jump":
      case "goto":
        follow((value as { target: string }).target, passage);
        break;
      case "accept":
        return [...found, passage];
      case "drop":
      case "reject":
      case "return":
        return found;
      default:
        passage = { ...passage, unknown: [...passage.unknown, kind] };
    }
  }
  return found;
}

interface Match {
  readonly op: string;
  readonly left: unknown;
  readonly right: unknown;
}

function narrowed(passage: Passage, { op, left, right }: Match): Passage {
  const field = fieldOf(left);
  const values = valuesOf(right);
  const unknown: Passage = { ...passage, unknown: [...passage.unknown, `${op} ${JSON.stringify(left)}`] };
  if (field === "ip daddr" && op === "!=") {
    return values === undefined
      ? unknown
      : { ...passage, notDestinations: [...passage.notDestinations, ...values] };
  }
  // A test that is negated some other way only lets less through: leaving it out may report too much, never too little.
  if (op === "!=") return passage;
  if ((op !== "==" && op !== "in") || values === undefined) return unknown;
  switch (field) {
    case "meta iifname":
      return { ...passage, incoming: values };
    case "meta oifname":
      return { ...passage, outgoing: values };
    case "ip saddr":
      return { ...passage, sources: values };
    case "ip daddr":
      return { ...passage, destinations: values };
    case "meta l4proto":
      return { ...passage, protocol: values.join(",") };
    case "tcp dport":
    case "udp dport":
      return { ...passage, protocol: field.slice(0, 3), ports: values };
    case "ct state":
      return { ...passage, states: values };
    default:
      // Any further test narrows the passage; what is reported without it is wider than the truth.
      return passage;
  }
}

function fieldOf(left: unknown): string {
  const expression = left as Readonly<Record<string, Readonly<Record<string, string>>>>;
  if (expression.meta !== undefined) return `meta ${expression.meta.key}`;
  if (expression.ct !== undefined) return `ct ${expression.ct.key}`;
  if (expression.payload !== undefined) return `${expression.payload.protocol} ${expression.payload.field}`;
  return JSON.stringify(left);
}

function valuesOf(right: unknown): readonly string[] | undefined {
  const list = Array.isArray(right) ? right : (right as { set?: readonly unknown[] } | null)?.set;
  const texts = (list ?? [right]).map(textOf);
  return texts.includes(undefined) ? undefined : (texts as string[]);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return String(value).startsWith("@") ? undefined : String(value);
  }
  const { prefix, range } = value as {
    prefix?: { addr: string; len: number };
    range?: readonly [unknown, unknown];
  };
  if (prefix !== undefined) return `${prefix.addr}/${prefix.len}`;
  if (range !== undefined) return `${String(range[0])}-${String(range[1])}`;
  return undefined;
}

interface VerdictMap {
  readonly key: unknown;
  readonly data: unknown;
}

type Target =
  | { readonly kind: "accept" | "drop" }
  | { readonly kind: "jump"; readonly chain: string }
  | { readonly kind: "unknown"; readonly text: string };

function branches(
  passage: Passage,
  { key, data }: VerdictMap,
): { readonly passage: Passage; readonly target: Target }[] {
  const entries = (data as { set?: readonly (readonly [unknown, unknown])[] } | null)?.set;
  if (entries === undefined) return [{ passage, target: { kind: "unknown", text: "a named verdict map" } }];
  const keys = (key as { concat?: readonly unknown[] }).concat ?? [key];
  return entries.map(([element, verdict]) => {
    const parts = (element as { concat?: readonly unknown[] }).concat ?? [element];
    const next = keys.reduce<Passage>(
      (narrower, left, index) => narrowed(narrower, { op: "==", left, right: parts[index] }),
      passage,
    );
    return { passage: next, target: targetOf(verdict) };
  });
}

function targetOf(verdict: unknown): Target {
  const [kind = "", value] = Object.entries(verdict as Record<string, unknown>)[0] ?? [];
  if (kind === "accept") return { kind };
  if (kind === "drop") return { kind };
  if (kind === "jump" || kind === "goto")
    return { kind: "jump", chain: (value as { target: string }).target };
  return { kind: "unknown", text: `verdict ${kind}` };
}
