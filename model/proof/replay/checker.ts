/**
 * The proof kept up over instants. What one place reaches is worked out again only when something changed that its last answer depended
 * on; nodes that did not change keep what their kernels were found to do. Equal to the whole proof at every instant.
 */
import type { AddressSpace } from "../addresses.ts";
import type { AddressOpening, Permission } from "../declared.ts";
import { Declared } from "../declared.ts";
import { tokens } from "../fabric.ts";
import type { Intervals } from "../intervals.ts";
import { unite } from "../intervals.ts";
import type { Station } from "../machine.ts";
import type { Matrix } from "../matrix.ts";
import { rowOf } from "../matrix.ts";
import type { Kept } from "../model.ts";
import { families, Model, stationOf } from "../model.ts";
import type { Family, Network, Node, Ruleset } from "../network.ts";
import type { Tables } from "../nft-tables.ts";
import { loadRulesets } from "../nft-tables.ts";
import type { Place, Sites } from "../places.ts";
import { placesOf } from "../places.ts";
import type { Proof } from "../prove.ts";
import { forwardingCarriers } from "../prove.ts";
import { changesBetween } from "./changes.ts";

export interface CheckerOptions {
  readonly permissions: readonly Permission[];
  readonly sites: Sites;
  /** Of every address that is mentioned at any instant. */
  readonly spaces: Readonly<Record<Family, AddressSpace>>;
  /** Nodes that others route by at any instant. */
  readonly routers: ReadonlySet<string>;
}

/** Of the whole proof all but what must pass. */
export type Findings = Pick<Proof, "pairs" | "violations" | "undetermined">;

interface Row {
  readonly matrix: Matrix;
  readonly needs: ReadonlySet<string>;
}

export class Checker {
  readonly #options: CheckerOptions;
  readonly #rows = new Map<string, Row>();
  readonly #stations = new Map<string, { node: Node; under: string; station: Station }>();
  readonly #tables = new WeakMap<readonly Ruleset[], Tables>();
  #network: Network | undefined;
  #openings = "";
  #doubted = false;
  #last: { readonly findings: Findings; readonly model: Model } | undefined;
  /** Rows worked out so far, each family for itself. */
  proved = 0;

  constructor(options: CheckerOptions) {
    this.#options = options;
  }

  /** Rules of a node as its kernel holds them; read once. */
  tablesOf({ rulesets }: Node): Tables {
    const known = this.#tables.get(rulesets) ?? loadRulesets(rulesets.map(({ json }) => json));
    this.#tables.set(rulesets, known);
    return known;
  }

  /** The network is now this one. Openings are named by the node that they lead to. */
  check(
    network: Network,
    openings: ReadonlyMap<string, AddressOpening>,
  ): { findings: Findings; model: Model } {
    const { permissions, sites, routers, spaces } = this.#options;
    const changed = new Set(changesBetween(this.#network, network));
    const text = JSON.stringify([...openings]);
    if (text !== this.#openings) {
      const before = new Map(JSON.parse(this.#openings || "[]") as [string, AddressOpening][]);
      for (const key of new Set([...before.keys(), ...openings.keys()])) {
        if (JSON.stringify(before.get(key)) !== JSON.stringify(openings.get(key)))
          changed.add(tokens.node(key));
      }
    }
    this.#openings = text;
    this.#network = network;
    if (changed.size === 0 && this.#last !== undefined) return this.#last;
    const model = new Model(network, { routers, kept: this.#kept(network) });
    // What concerns everything leaves every pair open, whatever it rests on.
    if ((model.doubt !== undefined) !== this.#doubted) this.#rows.clear();
    this.#doubted = model.doubt !== undefined;
    const places = placesOf(network, sites);
    for (const family of families) {
      let needs = new Set<string>();
      const fabric = model.fabric(family, new Set(), (token) => void needs.add(token));
      const declared = new Declared(permissions, model, spaces[family], [...openings.values()]);
      for (const from of places) {
        const key = rowKey(family, from);
        const row = this.#rows.get(key);
        if (row !== undefined && !meets(changed, row.needs)) continue;
        needs = new Set();
        const matrix = rowOf(model, fabric, places, declared, sites, from);
        this.#rows.set(key, { matrix, needs });
        this.proved += 1;
      }
    }
    this.#forget(places);
    this.#last = { findings: this.#findings(network, places), model };
    return this.#last;
  }

  #findings(network: Network, places: readonly Place[]): Findings {
    const rows = families.flatMap((family) =>
      places.flatMap((place) => this.#rows.get(rowKey(family, place))?.matrix ?? []),
    );
    return {
      // Pairs of places that nothing leads between are the rest: a row that was not worked out again knows no newer place.
      pairs: rows.flatMap(({ pairs }) => pairs),
      violations: [...rows.flatMap(({ violations }) => violations), ...forwardingCarriers(network)],
      undetermined: [...rows.flatMap(({ undetermined }) => undetermined), ...network.undetermined],
    };
  }

  #forget(places: readonly Place[]): void {
    const there = new Set(families.flatMap((family) => places.map((place) => rowKey(family, place))));
    for (const key of this.#rows.keys()) if (!there.has(key)) this.#rows.delete(key);
  }

  #kept({ privateNetworks }: Network): Kept {
    const { spaces } = this.#options;
    const prefixes = new Map<Family, ReadonlyMap<string, Intervals>>();
    const inside = JSON.stringify(privateNetworks.map(({ key, prefixes: all }) => [key, all]));
    return {
      spaces,
      station: (node, { family, doubt }) => {
        const translates = node.kind === "load-balancer" || node.kind === "gateway";
        const under = translates ? inside : (doubt ?? "");
        const key = `${family} ${node.key}`;
        const known = this.#stations.get(key);
        if (known !== undefined && known.node === node && known.under === under) return known.station;
        const its =
          prefixes.get(family) ??
          new Map(
            privateNetworks.map((each) => [
              each.key,
              unite(...each.prefixes.map((prefix) => spaces[family].of(prefix))),
            ]),
          );
        prefixes.set(family, its);
        const station = stationOf(node, spaces[family], {
          prefixes: its,
          tables: this.tablesOf(node),
          doubt,
        });
        this.#stations.set(key, { node, under, station });
        return station;
      },
    };
  }
}

function rowKey(family: Family, { key }: Place): string {
  return `${family} ${key}`;
}

function meets(changed: ReadonlySet<string>, needs: ReadonlySet<string>): boolean {
  for (const token of changed) if (needs.has(token)) return true;
  return false;
}
