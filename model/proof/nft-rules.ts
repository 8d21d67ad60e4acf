/** Rules as steps that the evaluator walks, for one machine and one family. */
import type { AddressSpace } from "./addresses.ts";
import { familyOf, stretchOf } from "./addresses.ts";
import type { Family } from "./network.ts";
import type { Alternative, Match } from "./nft-matches.ts";
import { MatchReader } from "./nft-matches.ts";
import type { Chain, Properties, Rule, Table, Tables } from "./nft-tables.ts";
import { NotUnderstood } from "./nft-values.ts";

/** A rule by its place, and by the intent that its log prefix names. */
export interface RuleReference {
  /** `inet archipel`. */
  readonly table: string;
  readonly chain: string;
  /** From 0; undefined for the chain's policy. */
  readonly index: number | undefined;
  readonly log: string | undefined;
}

export type Verdict =
  | { readonly kind: "accept" | "drop" | "return" | "continue" }
  | { readonly kind: "jump" | "goto"; readonly chain: string };

export interface Translation {
  readonly side: "source" | "destination";
  /** `interface`: the first address of the interface that the packet leaves or came in by. Undefined: kept. */
  readonly address: string | "interface" | undefined;
  readonly port: number | undefined;
}

export type Step =
  | { readonly kind: "match"; readonly match: Match }
  /** At most so many a second: what is over goes on to the next rule. */
  | { readonly kind: "limit" }
  | { readonly kind: "verdict"; readonly verdict: Verdict }
  | {
      readonly kind: "map";
      readonly entries: readonly { readonly at: Alternative; readonly verdict: Verdict }[];
    }
  | { readonly kind: "translate"; readonly to: Translation }
  /** A translation whose result is not known. */
  | { readonly kind: "translate-unknown"; readonly side: "source" | "destination"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

export interface CompiledRule {
  readonly steps: readonly Step[];
  readonly reference: RuleReference;
}

export interface CompiledChain {
  readonly base: Chain["base"];
  readonly policy: "accept" | "drop";
  readonly policyReference: RuleReference;
  readonly rules: readonly CompiledRule[];
  /** Chains of the same table, which its rules jump to. */
  readonly siblings: ReadonlyMap<string, CompiledChain>;
}

/** Base chains in the order of the hook: by priority, then as loaded. */
export type Hooks = ReadonlyMap<string, readonly CompiledChain[]>;

export function compile(tables: Tables, space: AddressSpace): Hooks {
  const chains = tables.tables
    .filter(({ family }) => applies(family, space.family))
    .flatMap((table) => [...compileTable(table, space).values()]);
  const based = chains.filter(({ base }) => base !== undefined);
  based.sort((a, b) => (a.base?.priority ?? 0) - (b.base?.priority ?? 0));
  return Map.groupBy(based, ({ base }) => base?.hook ?? "");
}

function applies(tableFamily: string, family: Family): boolean {
  return tableFamily === "inet" || tableFamily === (family === 4 ? "ip" : "ip6");
}

function compileTable(table: Table, space: AddressSpace): ReadonlyMap<string, CompiledChain> {
  const siblings = new Map<string, CompiledChain>();
  const reader = new MatchReader(space, table);
  for (const chain of table.chains.values()) {
    const place = { table: `${table.family} ${table.name}`, chain: chain.name };
    siblings.set(chain.name, {
      base: chain.base,
      policy: chain.policy,
      policyReference: { ...place, index: undefined, log: undefined },
      rules: chain.rules.map((rule, index) => ({
        steps: rule.statements.flatMap((statement) => stepsOf(statement, reader, space.family)),
        reference: { ...place, index, log: logOf(rule) },
      })),
      siblings,
    });
  }
  return siblings;
}

function logOf({ statements }: Rule): string | undefined {
  const log = statements.find((statement) => statement.log !== undefined)?.log as
    | { readonly prefix?: unknown }
    | null
    | undefined;
  return log?.prefix === undefined ? undefined : String(log.prefix).trim();
}

/** Statements that neither decide nor change a packet. */
const harmless = new Set(["counter", "log", "comment", "quota name", "set"]);

function stepsOf(statement: Properties, reader: MatchReader, family: Family): readonly Step[] {
  const [kind = "", value] = Object.entries(statement)[0] ?? [];
  if (harmless.has(kind)) return [];
  try {
    switch (kind) {
      case "match":
        return [{ kind: "match", match: reader.match(value as Properties) }];
      case "limit":
        return [{ kind: "limit" }];
      case "vmap":
        return [mapOf(value as Properties, reader)];
      case "dnat":
      case "snat":
      case "masquerade":
      case "redirect":
        return translation(kind, (value ?? {}) as Properties, family);
      default:
        return [{ kind: "verdict", verdict: verdictOf(statement) }];
    }
  } catch (error) {
    if (error instanceof NotUnderstood) return [{ kind: "unknown", reason: error.message }];
    throw error;
  }
}

function verdictOf(statement: unknown): Verdict {
  const [kind = "", value] = Object.entries((statement ?? {}) as Properties)[0] ?? [];
  if (kind === "accept" || kind === "drop" || kind === "return" || kind === "continue") return { kind };
  if (kind === "reject") return { kind: "drop" };
  if (kind === "jump" || kind === "goto") {
    return { kind, chain: String((value as { readonly target?: unknown } | null)?.target) };
  }
  throw new NotUnderstood(`the statement ${kind}`);
}

function mapOf({ key, data }: Properties, reader: MatchReader): Step {
  const entries = reader.elements(data).map((element) => {
    const [at, verdict] = element as readonly [unknown, unknown];
    return { at: reader.alternative(key, at), verdict: verdictOf(verdict) };
  });
  return { kind: "map", entries };
}

function translation(
  kind: "dnat" | "snat" | "masquerade" | "redirect",
  { addr, port, family: named }: Properties,
  family: Family,
): readonly Step[] {
  const side = kind === "dnat" || kind === "redirect" ? "destination" : "source";
  if (named !== undefined && (named === "ip") !== (family === 4)) return [never];
  if (typeof addr === "string" && stretchOf(addr) !== undefined && familyOf(addr) !== family) return [never];
  const knownAddress = addr === undefined || (typeof addr === "string" && stretchOf(addr) !== undefined);
  const knownPort = port === undefined || typeof port === "number";
  if (!knownAddress || !knownPort || (typeof addr === "string" && addr.includes("/"))) {
    return [{ kind: "translate-unknown", side, reason: `${kind} to ${JSON.stringify(addr ?? port)}` }];
  }
  const address = kind === "masquerade" || kind === "redirect" ? "interface" : (addr as string | undefined);
  return [{ kind: "translate", to: { side, address, port: port as number | undefined } }];
}

/** A translation to an address of the other family applies to no packet of this one. */
const never: Step = { kind: "verdict", verdict: { kind: "continue" } };
