import type { DataType, Value } from "./datatypes.ts";
import { compileElements, type Elements, mapEntries } from "./elements.ts";
import { compileKey, type Key, type MatchContext } from "./keys.ts";
import { parseAddress } from "./packet.ts";
import {
  asObject,
  asString,
  type Chain,
  type Json,
  type JsonObject,
  NftError,
  onlyEntry,
  refuseOtherKeys,
  type Table,
} from "./ruleset.ts";

export type Verdict =
  | { kind: "accept" | "drop" | "reject" | "return" | "continue" }
  | { kind: "jump" | "goto"; target: string };

/** How an address or port of the connection is rewritten. */
export interface Translation {
  kind: "snat" | "dnat" | "masquerade" | "redirect";
  address?: string;
  port?: number;
}

/** What one statement says about one packet. */
export type Outcome =
  | { kind: "next" }
  | { kind: "no match" }
  | { kind: "verdict"; verdict: Verdict }
  | { kind: "translate"; translation: Translation };
export type Statement = (context: MatchContext) => Outcome;

const next: Outcome = { kind: "next" };
const noMatch: Outcome = { kind: "no match" };

/** Parses a verdict statement, or a verdict as a value of a map. */
export function parseVerdict(kind: string, body: Json): Verdict | undefined {
  switch (kind) {
    case "accept":
    case "drop":
    case "return":
    case "continue":
      return { kind };
    case "jump":
    case "goto":
      return { kind, target: asString(asObject(body, kind).target, `${kind} target`) };
    default:
      return undefined;
  }
}

function verdictValue(value: Json): Verdict {
  const [kind, body] = onlyEntry(value, "verdict");
  const verdict = parseVerdict(kind, body);
  if (!verdict) throw new NftError(`verdict "${kind}" is not understood`);
  return verdict;
}

function setElements(table: Table, reference: string, types: readonly DataType[], map: string | undefined) {
  const name = reference.slice(1);
  const set = table.sets.find((candidate) => candidate.name === name);
  if (!set)
    throw new NftError(
      `No such file or directory; set "${name}" is not in table ${table.family} ${table.name}`,
    );
  if (set.type.join() !== types.join()) {
    throw new NftError(`set "${name}" has type ${set.type.join(" . ")}, used with ${types.join(" . ")}`);
  }
  if (set.map !== map)
    throw new NftError(`"${name}" maps to ${set.map ?? "nothing"}, used for ${map ?? "a set"}`);
  return set.elements;
}

/** Compiles a right-hand side into a look-up: named set, anonymous set, or a single value, prefix, range or list. */
function rightHandSide(right: Json, types: readonly DataType[], table: Table): Elements<true> {
  let elements: Json[];
  if (typeof right === "string" && right.startsWith("@"))
    elements = setElements(table, right, types, undefined);
  else if (Array.isArray(right)) elements = right;
  else if (right !== null && typeof right === "object" && Array.isArray(right.set)) elements = right.set;
  else elements = [right];
  if (elements.length === 0 && typeof right !== "string")
    throw new NftError("an anonymous set cannot be empty");
  return compileElements(
    elements.map((key) => ({ key, data: true as const })),
    types,
  );
}

const comparisons: Readonly<Record<string, (left: bigint, right: bigint) => boolean>> = {
  "<": (left, right) => left < right,
  ">": (left, right) => left > right,
  "<=": (left, right) => left <= right,
  ">=": (left, right) => left >= right,
};

function compileMatch(body: JsonObject, table: Table): Statement {
  refuseOtherKeys(body, ["op", "left", "right"], "match");
  const op = body.op ?? "==";
  const right = body.right ?? null;
  const key = compileKey(body.left ?? null);
  const compare = typeof op === "string" ? comparisons[op] : undefined;
  const isRouteTest = typeof right === "boolean" && "fib" in asObject(body.left ?? null, "left");
  if (isRouteTest) {
    if (op !== "==" && op !== "!=") throw new NftError(`fib cannot be compared by ${JSON.stringify(op)}`);
    const wanted = (op === "==") === right;
    return (context) => ((key.read(context)?.[0] !== "") === wanted ? next : noMatch);
  }
  if (compare) {
    const bound = typeof right === "number" ? BigInt(right) : undefined;
    if (bound === undefined) throw new NftError(`"${String(op)}" needs a number on its right`);
    return (context) => {
      const value = key.read(context)?.[0];
      return typeof value === "bigint" && compare(value, bound) ? next : noMatch;
    };
  }
  if (op !== "==" && op !== "!=" && op !== "in")
    throw new NftError(`operator ${JSON.stringify(op)} is not understood`);
  const elements = rightHandSide(right, key.types, table);
  const wanted = op !== "!=";
  return (context) => {
    const values: Value[] | undefined = key.read(context);
    return values && (elements.find(values) === true) === wanted ? next : noMatch;
  };
}

function compileVerdictMap(body: JsonObject, table: Table): Statement {
  refuseOtherKeys(body, ["key", "data"], "vmap");
  const key: Key = compileKey(body.key ?? null);
  const data = body.data ?? null;
  let pairs: Json;
  if (typeof data === "string" && data.startsWith("@"))
    pairs = setElements(table, data, key.types, "verdict");
  else pairs = asObject(data, "vmap data").set ?? null;
  const elements = compileElements(
    mapEntries(pairs, "vmap").map(({ key: from, data: to }) => ({ key: from, data: verdictValue(to) })),
    key.types,
  );
  return (context) => {
    const values = key.read(context);
    const verdict = values && elements.find(values);
    return verdict ? { kind: "verdict", verdict } : noMatch;
  };
}

function compileTranslation(kind: Translation["kind"], body: Json, chain: Chain): Statement {
  const hooks =
    kind === "snat" || kind === "masquerade" ? ["postrouting", "input"] : ["prerouting", "output"];
  if (chain.base && (chain.base.type !== "nat" || !hooks.includes(chain.base.hook))) {
    throw new NftError(
      `Operation not supported; ${kind} in chain ${chain.name}, which is no nat chain at ${hooks[0]}`,
    );
  }
  const options = body === null ? {} : asObject(body, kind);
  refuseOtherKeys(options, ["addr", "port", "family"], kind);
  const translation: Translation = { kind };
  if (options.addr !== undefined) {
    const address = asString(options.addr, `${kind} addr`);
    try {
      parseAddress(address);
    } catch (error) {
      throw new NftError((error as Error).message);
    }
    translation.address = address;
  }
  if (options.port !== undefined) {
    if (typeof options.port !== "number") throw new NftError(`${kind} port must be a number`);
    translation.port = options.port;
  }
  if ((kind === "snat" || kind === "dnat") && translation.address === undefined) {
    throw new NftError(`${kind} needs an address`);
  }
  return () => ({ kind: "translate", translation });
}

function compileMangle(body: JsonObject): Statement {
  refuseOtherKeys(body, ["key", "value"], "mangle");
  const [kind, target] = onlyEntry(body.key, "mangle key");
  const name = asObject(target, "mangle key").key;
  const value = body.value;
  if (name !== "mark" || (kind !== "meta" && kind !== "ct") || typeof value !== "number") {
    throw new NftError(
      `mangle is understood for meta mark and ct mark with a number, got ${JSON.stringify(body)}`,
    );
  }
  return ({ packet }) => {
    if (kind === "meta") packet.mark = value;
    else packet.connectionMark = value;
    return next;
  };
}

function compileCounter(body: Json, table: Table): Statement {
  if (typeof body === "string") {
    const counter = table.counters.find(({ name }) => name === body);
    if (!counter) throw new NftError(`No such file or directory; counter "${body}"`);
    return () => {
      counter.packets += 1;
      return next;
    };
  }
  const counts = body === null ? {} : asObject(body, "counter");
  refuseOtherKeys(counts, ["packets", "bytes"], "counter");
  return () => {
    counts.packets = Number(counts.packets ?? 0) + 1;
    return next;
  };
}

/**
 * Compiles one statement of a rule.
 * @throws NftError for anything that is not understood, as the kernel refuses what it does not know.
 */
export function compileStatement(statement: JsonObject, table: Table, chain: Chain): Statement {
  const [kind, body] = onlyEntry(statement, "statement");
  const verdict = parseVerdict(kind, body);
  if (verdict) return () => ({ kind: "verdict", verdict });
  switch (kind) {
    case "match":
      return compileMatch(asObject(body, "match"), table);
    case "vmap":
      return compileVerdictMap(asObject(body, "vmap"), table);
    case "counter":
      return compileCounter(body, table);
    case "log":
      refuseOtherKeys(
        body === null ? {} : asObject(body, "log"),
        ["prefix", "level", "group", "snaplen", "flags", "queue-threshold"],
        "log",
      );
      return () => next;
    case "limit": {
      const limit = asObject(body, "limit");
      refuseOtherKeys(limit, ["rate", "per", "burst", "inv", "rate_unit", "burst_unit"], "limit");
      // Single connections are walked, never floods: a rate is never exceeded here.
      return () => (limit.inv === true ? noMatch : next);
    }
    case "reject":
      refuseOtherKeys(body === null ? {} : asObject(body, "reject"), ["type", "expr"], "reject");
      return () => ({ kind: "verdict", verdict: { kind: "reject" } });
    case "snat":
    case "dnat":
    case "masquerade":
    case "redirect":
      return compileTranslation(kind, body, chain);
    case "mangle":
      return compileMangle(asObject(body, "mangle"));
    default:
      throw new NftError(`statement "${kind}" is not understood`);
  }
}
