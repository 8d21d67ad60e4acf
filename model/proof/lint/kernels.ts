/** What each machine's kernel holds, loaded and compiled once for all checks. */
import type { Model } from "../model.ts";
import type { Family, Node } from "../network.ts";
import type { Hooks } from "../nft-rules.ts";
import { compile } from "../nft-rules.ts";
import type { Tables } from "../nft-tables.ts";
import { loadRulesets } from "../nft-tables.ts";

export class Kernels {
  readonly #model: Model;
  readonly #tables = new Map<string, Tables>();
  readonly #hooks = new Map<string, Hooks>();

  constructor(model: Model) {
    this.#model = model;
  }

  tables({ key, rulesets }: Node): Tables {
    const known = this.#tables.get(key) ?? loadRulesets(rulesets.map(({ json }) => json));
    this.#tables.set(key, known);
    return known;
  }

  hooks(node: Node, family: Family): Hooks {
    const key = `${family} ${node.key}`;
    const known = this.#hooks.get(key) ?? compile(this.tables(node), this.#model.views[family].space);
    this.#hooks.set(key, known);
    return known;
  }

  /** Whether what a hook says nothing of is dropped. */
  closes(node: Node, family: Family, hook: "input" | "forward"): boolean {
    const chains = this.hooks(node, family).get(hook) ?? [];
    return chains.some(({ base, policy }) => base?.type === "filter" && policy === "drop");
  }
}
