import { parseSetType } from "./datatypes.ts";
import { compileElements, mapEntries } from "./elements.ts";
import { interfacesByIndex } from "./keys.ts";
import {
  type Chain,
  type Json,
  type NamedSet,
  NftError,
  onlyEntry,
  type Rule,
  type Ruleset,
  type Table,
} from "./ruleset.ts";
import { compileStatement, parseVerdict, type Statement } from "./statements.ts";

export interface CompiledRule {
  rule: Rule;
  statements: Statement[];
}

export interface CompiledChain {
  table: Table;
  chain: Chain;
  rules: CompiledRule[];
  /** Chains of the same table, for jumps. */
  siblings: ReadonlyMap<string, CompiledChain>;
}

/** A checked ruleset, ready for packets. */
export interface CompiledRuleset {
  /** In order of evaluation: by priority, then by age. */
  baseChains: CompiledChain[];
}

/** Chains a statement can go to, in verdicts and verdict maps. */
function targetsOf(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(targetsOf);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, body]) => {
    if (key === "jump" || key === "goto") {
      const verdict = parseVerdict(key, body);
      return verdict && "target" in verdict ? [verdict.target] : [];
    }
    return targetsOf(body);
  });
}

function mapTargets(table: Table): string[] {
  return table.sets.filter((set) => set.map === "verdict").flatMap((set) => targetsOf(set.elements));
}

function checkSet(set: NamedSet, table: Table): void {
  const what = `${table.family} ${table.name} ${set.name}`;
  const types = parseSetType(set.type, what);
  if (set.map === undefined) {
    compileElements(
      set.elements.map((key) => ({ key, data: true })),
      types,
    );
    return;
  }
  if (set.map !== "verdict")
    throw new NftError(`${what}: maps to "${set.map}" are not understood; known: verdict`);
  const entries = mapEntries(set.elements, what);
  for (const { data } of entries) {
    const [kind, body] = onlyEntry(data, "verdict");
    if (!parseVerdict(kind, body)) throw new NftError(`${what}: verdict "${kind}" is not understood`);
  }
  compileElements(entries, types);
}

function checkJumps(table: Table): void {
  const jumps = new Map<string, string[]>();
  for (const chain of table.chains) {
    const targets = chain.rules.flatMap((rule) => targetsOf(rule.expr));
    const usesMap = chain.rules.some((rule) => JSON.stringify(rule.expr).includes('"data":"@'));
    jumps.set(chain.name, usesMap ? [...targets, ...mapTargets(table)] : targets);
  }
  for (const targets of [...jumps.values(), mapTargets(table)]) {
    for (const target of targets) {
      const chain = table.chains.find(({ name }) => name === target);
      if (!chain) {
        throw new NftError(
          `No such file or directory; chain "${target}" is not in table ${table.family} ${table.name}`,
        );
      }
      if (chain.base) throw new NftError(`Operation not supported; jump to base chain "${target}"`);
    }
  }
  const finished = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name))
      throw new NftError(`Too many links; chains jump in a circle: ${[...path, name].join(" > ")}`);
    if (finished.has(name)) return;
    for (const target of jumps.get(name) ?? []) visit(target, [...path, name]);
    finished.add(name);
  };
  for (const name of jumps.keys()) visit(name, []);
}

function checkInterfaces(rule: Rule, interfaces: ReadonlySet<string>): void {
  for (const statement of rule.expr) {
    const match = statement.match;
    if (match === null || typeof match !== "object" || Array.isArray(match)) continue;
    for (const name of interfacesByIndex(match.left ?? null, match.right ?? null)) {
      if (!interfaces.has(name)) throw new NftError(`Interface does not exist: "${name}"`);
    }
  }
}

/**
 * Checks a whole ruleset and makes it ready for packets.
 * @param interfaces names that exist on the host, for rules by interface index. Undefined: already loaded once, not checked again.
 * @throws NftError naming what is wrong.
 */
export function compileRuleset(ruleset: Ruleset, interfaces?: ReadonlySet<string>): CompiledRuleset {
  const baseChains: CompiledChain[] = [];
  for (const table of ruleset.tables) {
    for (const set of table.sets) checkSet(set, table);
    checkJumps(table);
    const siblings = new Map<string, CompiledChain>();
    for (const chain of table.chains) {
      const rules = chain.rules.map((rule) => {
        if (interfaces) checkInterfaces(rule, interfaces);
        return { rule, statements: rule.expr.map((statement) => compileStatement(statement, table, chain)) };
      });
      const compiled: CompiledChain = { table, chain, rules, siblings };
      siblings.set(chain.name, compiled);
      if (chain.base) baseChains.push(compiled);
    }
  }
  baseChains.sort((a, b) => (a.chain.base?.prio ?? 0) - (b.chain.base?.prio ?? 0));
  return { baseChains };
}
