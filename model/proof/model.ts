/**
 * A network made ready to be asked: rules loaded once, each family's addresses compressed, a station for each node. What is worked out for
 * one question (a firewall's forwarding) is kept for all others, failures included.
 */
import type { Stretch } from "./addresses.ts";
import { AddressSpace, familyOf, stretchOf } from "./addresses.ts";
import { Fabric } from "./fabric.ts";
import type { Intervals } from "./intervals.ts";
import { unite } from "./intervals.ts";
import type { Station } from "./machine.ts";
import { Machine } from "./machine.ts";
import type { Family, Leg, Network, Node, Undetermined } from "./network.ts";
import type { Tables } from "./nft-tables.ts";
import { loadRulesets } from "./nft-tables.ts";
import { ownAddresses } from "./routes.ts";
import { isTranslator, Translator } from "./translator.ts";

export const families: readonly Family[] = [4, 6];

/** An address of nobody's on the internet, for flows that end there (RFC 5737, RFC 3849). */
export const somewhere: Readonly<Record<Family, string>> = { 4: "203.0.113.77", 6: "2001:db8:ffff::77" };

export interface View {
  readonly family: Family;
  readonly space: AddressSpace;
  readonly stations: readonly Station[];
}

/** What models of one network at many instants share. */
export interface Kept {
  /** Of every address that is ever mentioned. */
  readonly spaces: Readonly<Record<Family, AddressSpace>>;
  /** The station of a node, made when it is first asked for. */
  station(node: Node, view: { readonly family: Family; readonly doubt: string | undefined }): Station;
}

export interface ModelOptions {
  /** Nodes that are routers whether or not anybody routes by them at this instant. */
  readonly routers?: ReadonlySet<string>;
  /** Addresses that are asked for and that nothing in the network may mention. */
  readonly asked?: readonly string[];
  readonly kept?: Kept;
}

export class Model {
  readonly network: Network;
  readonly views: Readonly<Record<Family, View>>;
  /** Nodes that others route by: whole segments rest on them, so that losing one is no question of one application. */
  readonly routers: ReadonlySet<string>;
  /** What is not known and belongs to no one machine with a kernel, and to no one VPC: it may open or close anything. */
  readonly doubt: string | undefined;
  readonly #nodes: ReadonlyMap<string, Node>;
  readonly #bridged: ReadonlySet<string>;
  readonly #opened = new Map<string, Station>();
  readonly #open = new Set<Station>();

  constructor(given: Network, { routers, asked = [], kept }: ModelOptions = {}) {
    const network = withGuestRoutes(given);
    this.network = network;
    this.#nodes = new Map(network.nodes.map((node) => [node.key, node]));
    this.routers = new Set([...routersOf(network), ...(routers ?? [])]);
    this.doubt = doubtOfAll(network);
    this.#bridged = bridgedLegs(network);
    if (kept !== undefined) {
      this.views = { 4: this.#keptView(4, kept), 6: this.#keptView(6, kept) };
      return;
    }
    const tables = new Map(
      network.nodes.map((node) => [node.key, loadRulesets(node.rulesets.map(({ json }) => json))]),
    );
    const stretches = mentioned(network, tables, asked);
    this.views = { 4: this.#view(4, tables, stretches), 6: this.#view(6, tables, stretches) };
  }

  node(key: string): Node | undefined {
    return this.#nodes.get(key);
  }

  /** What lies between the machines that are left. */
  fabric(family: Family, lost: ReadonlySet<string>, note?: (token: string) => void): Fabric {
    const { space, stations } = this.views[family];
    return new Fabric(
      this.network,
      space,
      stations.filter(({ key }) => !lost.has(key)),
      (vpc) => this.#doubtOf(vpc),
      note,
    );
  }

  /** A machine as it would be without any rules. */
  withoutRules(station: Station, family: Family): Station {
    const { node } = station;
    if (station instanceof Translator || this.#open.has(station)) return station;
    const known = this.#opened.get(`${family} ${node.key}`);
    if (known !== undefined) return known;
    const open = new Machine(node, { tables: [], problems: [] }, this.views[family].space, undefined);
    this.#opened.set(`${family} ${node.key}`, open);
    this.#open.add(open);
    return open;
  }

  /** Whether a leg only carries guests: the machine has no address there, and hands frames to guests that live there or may. */
  bridges(node: Node, leg: Leg): boolean {
    return this.#bridged.has(`${node.key} ${leg.privateNetwork ?? ""}`);
  }

  #view(family: Family, tables: ReadonlyMap<string, Tables>, stretches: readonly Stretch[][]): View {
    const space = new AddressSpace(family, stretches[family === 4 ? 0 : 1] ?? []);
    const prefixes = new Map<string, Intervals>(
      this.network.privateNetworks.map((each) => [
        each.key,
        unite(...each.prefixes.map((one) => space.of(one))),
      ]),
    );
    const stations = this.network.nodes.map((node): Station => {
      return stationOf(node, space, {
        prefixes,
        tables: tables.get(node.key),
        doubt: this.#doubtOf(node.key),
      });
    });
    return { family, space, stations };
  }

  #keptView(family: Family, kept: Kept): View {
    const stations = this.network.nodes.map((node) =>
      kept.station(node, { family, doubt: this.#doubtOf(node.key) }),
    );
    return { family, space: kept.spaces[family], stations };
  }

  #doubtOf(key: string): string | undefined {
    return doubtText(this.network.undetermined.find(({ scope }) => scope === key));
  }
}

export function stationOf(
  node: Node,
  space: AddressSpace,
  {
    prefixes,
    tables,
    doubt,
  }: {
    readonly prefixes: ReadonlyMap<string, Intervals>;
    readonly tables: Tables | undefined;
    readonly doubt: string | undefined;
  },
): Station {
  if (isTranslator(node)) return new Translator(node, space, prefixes);
  return new Machine(node, tables ?? { tables: [], problems: [] }, space, doubt);
}

/** Facts of a machine are carried by what it forwards, those of a VPC by what its router does; those of anything else by everything. */
function doubtOfAll({ nodes, vpcs, undetermined }: Network): string | undefined {
  const carried = new Set([
    ...nodes.filter((node) => !isTranslator(node)).map(({ key }) => key),
    ...vpcs.map(({ key }) => key),
  ]);
  return doubtText(undetermined.find(({ scope }) => scope === undefined || !carried.has(scope)));
}

function doubtText(found: Undetermined | undefined): string | undefined {
  return found === undefined ? undefined : `${found.property}: ${found.why}`;
}

/** A guest's own kernel is not read: it is taken to send by the address that moves between its network's routers. */
function withGuestRoutes(network: Network): Network {
  const virtual = new Map<string, string>();
  for (const { legs } of network.nodes) {
    for (const { privateNetwork, virtualAddresses } of legs) {
      for (const address of virtualAddresses) {
        const key = `${privateNetwork ?? ""} ${familyOf(address)}`;
        if (!virtual.has(key)) virtual.set(key, address);
      }
    }
  }
  const nodes = network.nodes.map((node): Node => {
    if (node.kind !== "guest" || node.routes.length > 0) return node;
    const routes = families.flatMap((family) =>
      node.legs.flatMap(({ interface: name, privateNetwork }) => {
        const gateway = virtual.get(`${privateNetwork ?? ""} ${family}`);
        const destination = family === 4 ? "0.0.0.0/0" : "::/0";
        return gateway === undefined ? [] : [{ destination, gateway, interface: name }];
      }),
    );
    return routes.length === 0 ? node : { ...node, routes };
  });
  return { ...network, nodes };
}

/**
 * Nodes that others route by, and that forward. One that forwards no more but holds the address of a pair that others route by is still a
 * router, a mute one: what it does not do shows where somebody needs it.
 */
export function routersOf({ nodes, vpcs }: Network): ReadonlySet<string> {
  const gateways = new Set<string>();
  const addresses = new Set<string>();
  const holders = Map.groupBy(
    nodes.flatMap((node) => ownAddresses(node).map((address) => ({ address, key: node.key }))),
    ({ address }) => address,
  );
  const add = (gateway: string | undefined, of: string | undefined): void => {
    for (const { key } of holders.get(gateway ?? "") ?? []) {
      if (key === of) continue;
      gateways.add(key);
      addresses.add(gateway ?? "");
    }
  };
  for (const node of nodes) for (const { gateway } of node.routes) add(gateway, node.key);
  for (const { routes } of vpcs) for (const { nextHop } of routes) add(nextHop, undefined);
  const isPairs = ({ legs }: Node): boolean =>
    legs.some(({ virtualAddresses }) => virtualAddresses.some((address) => addresses.has(address)));
  return new Set(
    nodes
      .filter((node) => gateways.has(node.key) && (node.forwards[4] || node.forwards[6] || isPairs(node)))
      .map(({ key }) => key),
  );
}

function bridgedLegs({ nodes }: Network): ReadonlySet<string> {
  const bridged = new Set<string>();
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  for (const { key, legs } of nodes) {
    for (const leg of legs) {
      if (leg.bridges === true && leg.addresses.length === 0)
        bridged.add(`${key} ${leg.privateNetwork ?? ""}`);
    }
  }
  for (const guest of nodes) {
    for (const carrier of guest.carriedBy) {
      for (const { privateNetwork } of guest.legs) {
        const legs = byKey.get(carrier)?.legs.filter((leg) => leg.privateNetwork === privateNetwork) ?? [];
        if (legs.length > 0 && legs.every(({ addresses }) => addresses.length === 0)) {
          bridged.add(`${carrier} ${privateNetwork ?? ""}`);
        }
      }
    }
  }
  return bridged;
}

/** Every address and prefix that anything in the network names: IPv4, IPv6. */
export function mentioned(
  network: Network,
  tables: ReadonlyMap<string, Tables>,
  asked: readonly string[] = [],
): Stretch[][] {
  const texts = new Set<string>([...Object.values(somewhere), ...asked]);
  const add = (value: unknown): void => {
    if (typeof value === "string") {
      if (/^[0-9a-fA-F.:/]+$/.test(value)) texts.add(value);
    } else if (Array.isArray(value)) {
      for (const each of value) add(each);
    } else if (typeof value === "object" && value !== null) {
      const { prefix } = value as { readonly prefix?: { readonly addr?: unknown; readonly len?: unknown } };
      if (prefix?.addr !== undefined) add(`${String(prefix.addr)}/${String(prefix.len)}`);
      for (const each of Object.values(value)) add(each);
    }
  };
  for (const { acls, routes } of network.vpcs) add([acls[4].rules, acls[6].rules, routes]);
  for (const { prefixes } of network.privateNetworks) add(prefixes);
  for (const node of network.nodes) {
    add(ownAddresses(node));
    add([node.legs, node.publicInterface, node.routes, node.translations]);
    for (const table of tables.get(node.key)?.tables ?? []) {
      for (const { rules } of table.chains.values()) for (const { statements } of rules) add(statements);
      for (const { elements } of table.sets.values()) add(elements);
    }
  }
  const found: Stretch[][] = [[], []];
  for (const text of texts) {
    const stretch = stretchOf(text);
    if (stretch !== undefined) found[familyOf(text) === 4 ? 0 : 1]?.push(stretch);
  }
  return found;
}
