/** Rules of libnftables JSON: how they are told apart, and how new ones are made. */
import type { Command, Json } from "./edit.ts";

export interface RuleParts {
  readonly chain: string;
  readonly expr: readonly Json[];
}

/** Undefined for what is no rule. */
export function ruleOf(command: Command): RuleParts | undefined {
  return (command.add as { readonly rule?: RuleParts } | undefined)?.rule;
}

export function chainOf(command: Command): (Json & { readonly name: string }) | undefined {
  return (command.add as { readonly chain?: Json & { readonly name: string } } | undefined)?.chain;
}

export function rule(chain: string, ...expr: readonly Json[]): Command {
  return { add: { rule: { family: "inet", table: "archipel", chain, expr } } };
}

export function withExpr(command: Command, expr: readonly Json[]): Command {
  return { add: { rule: { family: "inet", table: "archipel", ...ruleOf(command), expr } } };
}

export const accept: Json = { accept: null };
export const drop: Json = { drop: null };

export function match(left: Json, right: unknown, op = "=="): Json {
  return { match: { op, left, right } };
}

export const meta = (key: string): Json => ({ meta: { key } });
export const payload = (protocol: string, field: string): Json => ({ payload: { protocol, field } });
export const incoming = (name: string): Json => match(meta("iifname"), name);
export const outgoing = (name: string): Json => match(meta("oifname"), name);
export const port = (protocol: string, right: unknown): Json => match(payload(protocol, "dport"), right);

/** What a match compares: `saddr`, `daddr`, `dport`, `iifname`, `state`… */
export function subjectOf(statement: Json): string | undefined {
  const left = (statement.match as { readonly left?: Json } | undefined)?.left;
  const inner = Object.values(left ?? {})[0] as
    | { readonly field?: string; readonly key?: string }
    | undefined;
  return inner?.field ?? inner?.key;
}

export function matchOf(parts: RuleParts, subject: string): { readonly right: unknown } | undefined {
  const found = parts.expr.find((each) => subjectOf(each) === subject);
  return found?.match as { readonly right: unknown } | undefined;
}

/** Single addresses that a match names. */
export function addressesOf(parts: RuleParts, subject: "saddr" | "daddr"): readonly string[] {
  const right = matchOf(parts, subject)?.right;
  const set = (right as { readonly set?: readonly unknown[] } | undefined)?.set;
  return (set ?? [right]).filter((each) => typeof each === "string");
}

/** The intent that a rule's log prefix names; undefined where it logs none. */
export function intentOf(parts: RuleParts): string | undefined {
  const log = parts.expr.find((each) => each.log !== undefined)?.log as
    | { readonly prefix?: string }
    | undefined;
  return parts.expr.some((each) => each.accept !== undefined) ? log?.prefix : undefined;
}

/** Puts rules at the head of a chain: before its first rule. */
export function first(
  commands: readonly Command[],
  chain: string,
  ...added: readonly Command[]
): readonly Command[] {
  const at = commands.findIndex((each) => ruleOf(each)?.chain === chain);
  if (at < 0) return [...commands, ...added];
  return [...commands.slice(0, at), ...added, ...commands.slice(at)];
}

export function withPolicy(
  commands: readonly Command[],
  name: string,
  policy: "accept" | "drop",
): readonly Command[] {
  return commands.map((each) => {
    const chain = chainOf(each);
    return chain?.name === name ? { add: { chain: { ...chain, policy } } } : each;
  });
}
