/** JSON as libnftables-json(5) writes it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export type TableFamily = "inet" | "ip" | "ip6";
export type Hook = "prerouting" | "input" | "forward" | "output" | "postrouting";

export interface Rule {
  handle: number;
  expr: JsonObject[];
  comment?: string;
}

/** A chain; a base chain when it has a hook. */
export interface Chain {
  name: string;
  handle: number;
  base?: { type: "filter" | "nat" | "route"; hook: Hook; prio: number; policy: "accept" | "drop" };
  rules: Rule[];
}

/** A named set, or a named map when `map` gives the type of its values. */
export interface NamedSet {
  name: string;
  handle: number;
  type: string[];
  map?: string;
  flags: string[];
  elements: Json[];
  /** Other properties (timeout, size, auto-merge …) kept as given for listings. */
  properties: JsonObject;
}

export interface NamedCounter {
  name: string;
  handle: number;
  packets: number;
  bytes: number;
}

export interface Table {
  family: TableFamily;
  name: string;
  handle: number;
  chains: Chain[];
  sets: NamedSet[];
  counters: NamedCounter[];
}

/** What the kernel holds. Plain data: it is cloned for transactions and kept as JSON. */
export interface Ruleset {
  nextHandle: number;
  tables: Table[];
}

/** A refused ruleset; nothing of its transaction was applied. */
export class NftError extends Error {
  override name = "NftError";
}

export function emptyRuleset(): Ruleset {
  return { nextHandle: 1, tables: [] };
}

export function findTable(ruleset: Ruleset, family: string, name: string): Table | undefined {
  return ruleset.tables.find((table) => table.family === family && table.name === name);
}

/** Narrows JSON to an object, or refuses. */
export function asObject(value: Json | undefined, what: string): JsonObject {
  if (value === null || value === undefined || typeof value !== "object" || Array.isArray(value)) {
    throw new NftError(`${what} must be an object, got ${JSON.stringify(value)}`);
  }
  return value;
}

/** Narrows JSON to a non-empty string, or refuses. */
export function asString(value: Json | undefined, what: string): string {
  if (typeof value !== "string" || value === "") {
    throw new NftError(`${what} must be a string, got ${JSON.stringify(value)}`);
  }
  return value;
}

/** The only key and value of a one-key object: how libnftables spells every expression and statement. */
export function onlyEntry(value: Json | undefined, what: string): [string, Json] {
  const entries = Object.entries(asObject(value, what));
  const [entry] = entries;
  if (entries.length !== 1 || !entry) {
    throw new NftError(`${what} must have exactly one key, got ${JSON.stringify(value)}`);
  }
  return entry;
}

/** Refuses keys that are not in the list: an option that is not understood must never be ignored. */
export function refuseOtherKeys(value: JsonObject, allowed: readonly string[], what: string): void {
  for (const key of Object.keys(value)) {
    if (!allowed.includes(key)) throw new NftError(`${what}: "${key}" is not understood`);
  }
}
