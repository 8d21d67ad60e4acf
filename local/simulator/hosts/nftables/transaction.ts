import { type CompiledRuleset, compileRuleset } from "./compile.ts";
import { parseSetType } from "./datatypes.ts";
import {
  asObject,
  asString,
  type Chain,
  emptyRuleset,
  findTable,
  type Hook,
  type Json,
  type JsonObject,
  type NamedSet,
  NftError,
  onlyEntry,
  type Rule,
  type Ruleset,
  refuseOtherKeys,
  type Table,
  type TableFamily,
} from "./ruleset.ts";

const families = ["inet", "ip", "ip6"];
const hooks = ["prerouting", "input", "forward", "output", "postrouting"];

type Verb = "add" | "create" | "insert" | "replace" | "delete" | "destroy" | "flush";

function missing(what: string): NftError {
  return new NftError(`No such file or directory; ${what} does not exist`);
}

function tableOf(ruleset: Ruleset, body: JsonObject): Table {
  const family = asString(body.family, "family");
  const name = asString(body.table, "table");
  const table = findTable(ruleset, family, name);
  if (!table) throw missing(`table ${family} ${name}`);
  return table;
}

function chainOf(table: Table, name: string): Chain {
  const chain = table.chains.find((candidate) => candidate.name === name);
  if (!chain) throw missing(`chain ${name} in table ${table.family} ${table.name}`);
  return chain;
}

function takeHandle(ruleset: Ruleset): number {
  const handle = ruleset.nextHandle;
  ruleset.nextHandle += 1;
  return handle;
}

/** Removes the named item of a list; `destroy` is content when there is none. */
function remove<Item>(list: Item[], matches: (item: Item) => boolean, verb: Verb, what: string): void {
  const index = list.findIndex(matches);
  if (index >= 0) list.splice(index, 1);
  else if (verb === "delete") throw missing(what);
}

function refuseExisting(existing: unknown, verb: Verb, what: string): void {
  if (existing !== undefined && verb === "create") throw new NftError(`File exists; ${what}`);
}

function onTable(ruleset: Ruleset, verb: Verb, body: JsonObject): void {
  refuseOtherKeys(body, ["family", "name", "handle", "comment"], "table");
  const family = asString(body.family, "family");
  const name = asString(body.name, "table name");
  if (!families.includes(family))
    throw new NftError(`table family "${family}" is not understood; known: inet, ip, ip6`);
  const existing = findTable(ruleset, family, name);
  const what = `table ${family} ${name}`;
  if (verb === "add" || verb === "create") {
    refuseExisting(existing, verb, what);
    if (existing) return;
    const handle = takeHandle(ruleset);
    ruleset.tables.push({ family: family as TableFamily, name, handle, chains: [], sets: [], counters: [] });
  } else if (verb === "flush") {
    if (!existing) throw missing(what);
    for (const chain of existing.chains) chain.rules = [];
  } else remove(ruleset.tables, (table) => table === existing, verb, what);
}

function baseOf(body: JsonObject, existing: Chain | undefined): Chain["base"] {
  if (body.hook === undefined && body.type === undefined) {
    if (existing?.base && body.policy !== undefined)
      return { ...existing.base, policy: policyOf(body.policy) };
    return existing?.base;
  }
  const type = body.type;
  if (type !== "filter" && type !== "nat" && type !== "route") {
    throw new NftError(`chain type ${JSON.stringify(type)} is not understood; known: filter, nat, route`);
  }
  const hook = asString(body.hook, "chain hook");
  if (!hooks.includes(hook))
    throw new NftError(`hook "${hook}" is not understood; known: ${hooks.join(", ")}`);
  if (typeof body.prio !== "number") throw new NftError("a base chain needs prio, a number");
  return { type, hook: hook as Hook, prio: body.prio, policy: policyOf(body.policy ?? "accept") };
}

function policyOf(policy: Json): "accept" | "drop" {
  if (policy !== "accept" && policy !== "drop")
    throw new NftError(`policy ${JSON.stringify(policy)} is not understood`);
  return policy;
}

function onChain(ruleset: Ruleset, verb: Verb, body: JsonObject): void {
  refuseOtherKeys(
    body,
    ["family", "table", "name", "handle", "type", "hook", "prio", "policy", "comment"],
    "chain",
  );
  const table = tableOf(ruleset, body);
  const name = asString(body.name, "chain name");
  const existing = table.chains.find((chain) => chain.name === name);
  if (verb === "add" || verb === "create") {
    refuseExisting(existing, verb, `chain ${name}`);
    const base = baseOf(body, existing);
    if (existing) {
      if (base) existing.base = base;
      return;
    }
    const chain: Chain = { name, handle: takeHandle(ruleset), rules: [] };
    if (base) chain.base = base;
    table.chains.push(chain);
  } else if (verb === "flush") chainOf(table, name).rules = [];
  else {
    if (existing && existing.rules.length > 0)
      throw new NftError(`Device or resource busy; chain ${name} has rules`);
    remove(table.chains, (chain) => chain === existing, verb, `chain ${name}`);
  }
}

function ruleOf(ruleset: Ruleset, body: JsonObject): Rule {
  if (!Array.isArray(body.expr) || body.expr.length === 0)
    throw new NftError("a rule needs expr, a list of statements");
  const expr = body.expr.map((item) => {
    const statement = asObject(item, "statement");
    return statement.counter === null ? { counter: { packets: 0, bytes: 0 } } : statement;
  });
  const rule: Rule = { handle: takeHandle(ruleset), expr };
  if (typeof body.comment === "string") rule.comment = body.comment;
  return rule;
}

function onRule(ruleset: Ruleset, verb: Verb, body: JsonObject): void {
  refuseOtherKeys(body, ["family", "table", "chain", "handle", "index", "expr", "comment"], "rule");
  const chain = chainOf(tableOf(ruleset, body), asString(body.chain, "chain"));
  const at = chain.rules.findIndex((rule) => rule.handle === body.handle);
  if (verb === "add" || verb === "insert" || verb === "create") {
    const position = typeof body.index === "number" ? body.index : at;
    const append = verb !== "insert";
    const rule = ruleOf(ruleset, body);
    if (position < 0) chain.rules.splice(append ? chain.rules.length : 0, 0, rule);
    else chain.rules.splice(append ? position + 1 : position, 0, rule);
    return;
  }
  if (verb === "flush") throw new NftError("rules are flushed with their chain");
  if (at < 0) throw missing(`rule with handle ${JSON.stringify(body.handle)}`);
  if (verb === "replace") chain.rules[at] = { ...ruleOf(ruleset, body), handle: Number(body.handle) };
  else chain.rules.splice(at, 1);
}

function onSet(ruleset: Ruleset, verb: Verb, body: JsonObject, isMap: boolean): void {
  const {
    family: _family,
    table: _table,
    name: _name,
    handle: _handle,
    type,
    map,
    flags,
    elem,
    ...properties
  } = body;
  refuseOtherKeys(properties, ["policy", "timeout", "gc-interval", "size", "auto-merge", "comment"], "set");
  const table = tableOf(ruleset, body);
  const name = asString(body.name, "set name");
  const existing = table.sets.find((set) => set.name === name);
  if (verb === "add" || verb === "create") {
    refuseExisting(existing, verb, `set ${name}`);
    if (existing) {
      if (Array.isArray(elem)) addElements(existing, elem);
      return;
    }
    const set: NamedSet = {
      name,
      handle: takeHandle(ruleset),
      type: parseSetType(type, `set ${name}`),
      flags: Array.isArray(flags) ? flags.map((flag) => asString(flag, "flag")) : [],
      elements: [],
      properties,
    };
    if (isMap) set.map = asString(map, `type of the values of map ${name}`);
    if (Array.isArray(elem)) addElements(set, elem);
    table.sets.push(set);
  } else if (verb === "flush") {
    if (!existing) throw missing(`set ${name}`);
    existing.elements = [];
  } else remove(table.sets, (set) => set === existing, verb, `set ${name}`);
}

function elementKey(set: NamedSet, element: Json): string {
  return JSON.stringify(set.map !== undefined && Array.isArray(element) ? element[0] : element);
}

function addElements(set: NamedSet, elements: Json[]): void {
  for (const element of elements) {
    const key = elementKey(set, element);
    const index = set.elements.findIndex((candidate) => elementKey(set, candidate) === key);
    if (index < 0) set.elements.push(element);
    else if (JSON.stringify(set.elements[index]) !== JSON.stringify(element)) {
      throw new NftError(`File exists; ${key} is already in map ${set.name}`);
    }
  }
}

function onElement(ruleset: Ruleset, verb: Verb, body: JsonObject): void {
  refuseOtherKeys(body, ["family", "table", "name", "elem"], "element");
  const name = asString(body.name, "set name");
  const set = tableOf(ruleset, body).sets.find((candidate) => candidate.name === name);
  if (!set) throw missing(`set ${name}`);
  const elements = Array.isArray(body.elem) ? body.elem : [body.elem ?? null];
  if (verb === "add" || verb === "create") addElements(set, elements);
  else if (verb === "delete" || verb === "destroy") {
    for (const element of elements) {
      const key = elementKey(set, element);
      remove(set.elements, (candidate) => elementKey(set, candidate) === key, verb, `element ${key}`);
    }
  } else throw new NftError(`elements cannot be subject of ${verb}`);
}

function onCounter(ruleset: Ruleset, verb: Verb, body: JsonObject): void {
  refuseOtherKeys(body, ["family", "table", "name", "handle", "packets", "bytes", "comment"], "counter");
  const table = tableOf(ruleset, body);
  const name = asString(body.name, "counter name");
  const existing = table.counters.find((counter) => counter.name === name);
  if (verb === "add" || verb === "create") {
    refuseExisting(existing, verb, `counter ${name}`);
    if (existing) return;
    const packets = Number(body.packets ?? 0);
    table.counters.push({ name, handle: takeHandle(ruleset), packets, bytes: Number(body.bytes ?? 0) });
  } else remove(table.counters, (counter) => counter === existing, verb, `counter ${name}`);
}

function applyObject(ruleset: Ruleset, verb: Verb, kind: string, body: Json): void {
  if (kind === "ruleset") {
    if (verb !== "flush") throw new NftError(`the ruleset can be flushed, not subject of ${verb}`);
    ruleset.tables = [];
    return;
  }
  const object = asObject(body, kind);
  if (kind === "table") onTable(ruleset, verb, object);
  else if (kind === "chain") onChain(ruleset, verb, object);
  else if (kind === "rule") onRule(ruleset, verb, object);
  else if (kind === "set") onSet(ruleset, verb, object, false);
  else if (kind === "map") onSet(ruleset, verb, object, true);
  else if (kind === "element") onElement(ruleset, verb, object);
  else if (kind === "counter") onCounter(ruleset, verb, object);
  else throw new NftError(`object "${kind}" is not understood`);
}

const verbs: readonly string[] = ["add", "create", "insert", "replace", "delete", "destroy", "flush"];

/**
 * Applies a libnftables JSON document to a copy of a ruleset, whole or not at all.
 * @param interfaces names of the host's interfaces, for rules by index.
 * @returns the new ruleset and its compiled form; the given one is untouched.
 * @throws NftError naming the first command that is refused.
 */
export function applyTransaction(
  current: Ruleset,
  document: string,
  interfaces: ReadonlySet<string>,
): { ruleset: Ruleset; compiled: CompiledRuleset } {
  let parsed: Json;
  try {
    parsed = JSON.parse(document) as Json;
  } catch (error) {
    throw new NftError(`JSON parsing failed: ${(error as Error).message}`);
  }
  const commands = asObject(parsed, "the document").nftables;
  if (!Array.isArray(commands)) throw new NftError('the document needs "nftables", a list of commands');
  const ruleset = structuredClone(current);
  commands.forEach((command, index) => {
    try {
      const [verb, body] = onlyEntry(command, "command");
      if (verb === "metainfo") return;
      if (verbs.includes(verb)) applyObject(ruleset, verb as Verb, ...onlyEntry(body, verb));
      else applyObject(ruleset, "add", verb, body);
    } catch (error) {
      if (error instanceof NftError) throw new NftError(`command ${index + 1}: ${error.message}`);
      throw error;
    }
  });
  return { ruleset, compiled: compileRuleset(ruleset, interfaces) };
}

/** A ruleset that an earlier transaction accepted, as kept in a host's state. */
export function restoreRuleset(kept: Ruleset | undefined): { ruleset: Ruleset; compiled: CompiledRuleset } {
  const ruleset = kept ?? emptyRuleset();
  return { ruleset, compiled: compileRuleset(ruleset) };
}
