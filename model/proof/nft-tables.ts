/**
 * What a kernel holds after loading libnftables JSON (libnftables-json(5)), command by command: later files act on what earlier ones left.
 * Rules are kept as written; what they mean is read by `nft-rules.ts`. A command that is not understood is a problem of the whole machine.
 */
export type Properties = Readonly<Record<string, unknown>>;

export interface Rule {
  readonly handle: unknown;
  readonly statements: readonly Properties[];
}

export interface Chain {
  readonly name: string;
  /** Absent on chains that are only jumped to. */
  readonly base: { readonly type: string; readonly hook: string; readonly priority: number } | undefined;
  readonly policy: "accept" | "drop";
  readonly rules: Rule[];
}

export interface NamedSet {
  /** Members, or pairs of key and value for a map. */
  readonly elements: unknown[];
  /** Filled by packets or emptied by time: what it holds at any moment is not known. */
  readonly changing: boolean;
}

export interface Table {
  readonly family: string;
  readonly name: string;
  readonly chains: Map<string, Chain>;
  readonly sets: Map<string, NamedSet>;
}

export interface Tables {
  readonly tables: readonly Table[];
  /** What was not understood, in words. */
  readonly problems: readonly string[];
}

export function loadRulesets(texts: readonly string[]): Tables {
  const loader = new Loader();
  for (const text of texts) {
    try {
      const document = JSON.parse(text) as { readonly nftables?: readonly unknown[] };
      if (!Array.isArray(document.nftables)) throw new Error("no list of commands");
      for (const command of document.nftables) loader.run(command as Properties);
    } catch (error) {
      loader.problems.push(`rules that cannot be read: ${(error as Error).message}`);
    }
  }
  return { tables: [...loader.tables.values()], problems: loader.problems };
}

const verbs = ["add", "create", "insert", "delete", "destroy", "flush", "replace"] as const;
const priorities: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};

class Loader {
  readonly tables = new Map<string, Table>();
  readonly problems: string[] = [];

  run(command: Properties): void {
    const verb = verbs.find((each) => command[each] !== undefined);
    const object = (verb === undefined ? command : command[verb]) as Properties;
    const [kind = "", value] = Object.entries(object)[0] ?? [];
    const properties = (value ?? {}) as Properties;
    if (kind === "metainfo") return;
    if (verb === undefined || verb === "add" || verb === "create") this.#add(kind, properties, false);
    else if (verb === "insert") this.#add(kind, properties, true);
    else if (verb === "delete" || verb === "destroy") this.#delete(kind, properties);
    else if (verb === "flush") this.#flush(kind, properties);
    else this.problems.push(`the command ${verb} ${kind}`);
  }

  #table(properties: Properties, key: "table" | "name" = "table"): Table | undefined {
    return this.tables.get(`${String(properties.family)} ${String(properties[key])}`);
  }

  #add(kind: string, properties: Properties, first: boolean): void {
    if (kind === "table") {
      const { family, name } = properties;
      const key = `${String(family)} ${String(name)}`;
      if (!this.tables.has(key)) {
        this.tables.set(key, {
          family: String(family),
          name: String(name),
          chains: new Map(),
          sets: new Map(),
        });
      }
      return;
    }
    const table = this.#table(properties);
    if (table === undefined) {
      this.problems.push(`${kind} of a table that is not there`);
      return;
    }
    if (kind === "chain") this.#addChain(table, properties);
    else if (kind === "rule") this.#addRule(table, properties, first);
    else if (kind === "set" || kind === "map") this.#addSet(table, properties);
    else if (kind === "element") this.#set(table, properties)?.elements.push(...listOf(properties.elem));
    else if (kind !== "counter" && kind !== "quota" && kind !== "limit") this.problems.push(`add ${kind}`);
  }

  #addChain(table: Table, properties: Properties): void {
    const name = String(properties.name);
    const known = table.chains.get(name);
    const { hook, type, prio, policy } = properties;
    const named = priorities[String(prio)];
    const priority = typeof prio === "number" ? prio : named;
    if (hook !== undefined && priority === undefined)
      this.problems.push(`the priority ${JSON.stringify(prio)}`);
    table.chains.set(name, {
      name,
      base:
        hook === undefined
          ? known?.base
          : { type: String(type), hook: String(hook), priority: priority ?? 0 },
      policy: policy === undefined ? (known?.policy ?? "accept") : policy === "drop" ? "drop" : "accept",
      rules: known?.rules ?? [],
    });
  }

  #addRule(table: Table, properties: Properties, first: boolean): void {
    const chain = table.chains.get(String(properties.chain));
    if (chain === undefined) {
      this.problems.push(`a rule of the chain ${String(properties.chain)}, which is not there`);
      return;
    }
    if (properties.index !== undefined) this.problems.push("a rule placed by its index");
    const rule: Rule = {
      handle: properties.handle,
      statements: (properties.expr ?? []) as readonly Properties[],
    };
    if (first) chain.rules.unshift(rule);
    else chain.rules.push(rule);
  }

  #addSet(table: Table, properties: Properties): void {
    const name = String(properties.name);
    const known = table.sets.get(name);
    const flags = listOf(properties.flags);
    table.sets.set(name, {
      elements: [...(known?.elements ?? []), ...listOf(properties.elem)],
      changing: flags.includes("dynamic") || flags.includes("timeout") || properties.timeout !== undefined,
    });
  }

  #set(table: Table, properties: Properties): NamedSet | undefined {
    const set = table.sets.get(String(properties.name));
    if (set === undefined) this.problems.push(`the set ${String(properties.name)}, which is not there`);
    return set;
  }

  #delete(kind: string, properties: Properties): void {
    if (kind === "table") {
      this.tables.delete(`${String(properties.family)} ${String(properties.name)}`);
      return;
    }
    const table = this.#table(properties);
    if (table === undefined) return;
    if (kind === "chain") table.chains.delete(String(properties.name));
    else if (kind === "set" || kind === "map") table.sets.delete(String(properties.name));
    else if (kind === "element") this.#deleteElements(table, properties);
    else if (kind === "rule") this.#deleteRule(table, properties);
    else this.problems.push(`delete ${kind}`);
  }

  #deleteElements(table: Table, properties: Properties): void {
    const set = this.#set(table, properties);
    for (const element of listOf(properties.elem)) {
      const text = JSON.stringify(element);
      const at = set?.elements.findIndex((each) => JSON.stringify(each) === text) ?? -1;
      if (at >= 0) set?.elements.splice(at, 1);
      else this.problems.push(`delete the element ${text}`);
    }
  }

  /** Rules are deleted by handles, which only a listing names. */
  #deleteRule(table: Table, properties: Properties): void {
    const rules = table.chains.get(String(properties.chain))?.rules ?? [];
    const at = rules.findIndex(({ handle }) => handle !== undefined && handle === properties.handle);
    if (at >= 0) rules.splice(at, 1);
    else this.problems.push("delete a rule whose handle is not known");
  }

  #flush(kind: string, properties: Properties): void {
    if (kind === "ruleset") {
      this.tables.clear();
      return;
    }
    const table = this.#table(properties, kind === "table" ? "name" : "table");
    if (kind === "table") for (const { rules } of table?.chains.values() ?? []) rules.length = 0;
    else if (kind === "chain") {
      const chain = table?.chains.get(String(properties.name));
      if (chain !== undefined) chain.rules.length = 0;
    } else if (kind === "set" || kind === "map") {
      const set = table?.sets.get(String(properties.name));
      if (set !== undefined) set.elements.length = 0;
    } else this.problems.push(`flush ${kind}`);
  }
}

export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
