/**
 * The live world, entry by entry, and the network that it makes at each instant. Nodes keep their identity while nothing of them changes,
 * so that what was proved of them can be kept.
 */
import type { Network, Node, Undetermined } from "../network.ts";
import { plainAddress } from "../read/addresses.ts";
import { Places } from "../read/private-networks.ts";
import type { Entry, Properties } from "./entries.ts";
import { entryText, tagsOf, textOf } from "./entries.ts";
import { guestsOf } from "./guests.ts";
import { LiveHost } from "./hosts.ts";
import type { History } from "./machines.ts";
import { bridgedLinks, machineNode } from "./machines.ts";
import { Objects } from "./objects.ts";
import { privateNetworksOf, untoldOf, vpcsOf } from "./places.ts";
import { productsOf } from "./products.ts";

/** Machines, by key, and the networks that they hand to guests at some instant: before their files say so they are told apart by nothing. */
export type Carriers = ReadonlySet<string>;

export class World implements History {
  objects = new Objects();
  readonly #carriers: Carriers;
  readonly #homes: ReadonlyMap<string, readonly string[]>;
  places = new Places([]);
  readonly #hosts = new Map<string, LiveHost>();
  readonly #lost = new Set<string>();
  #unread: Undetermined[] = [];
  readonly #machines = new Map<
    string,
    { readonly node: Node; readonly undetermined: readonly Undetermined[] }
  >();
  readonly #known = new Map<string, { readonly text: string; readonly node: Node }>();

  constructor(carriers: Carriers, homes: ReadonlyMap<string, readonly string[]> = new Map()) {
    this.#carriers = carriers;
    this.#homes = homes;
  }

  /** Whether the entry may have changed the network. */
  apply(entry: Entry): boolean {
    switch (entry.type) {
      case "call": {
        const effect = this.objects.apply(entry);
        if (effect === "none") return false;
        if (effect !== "changed") this.#note(entry, effect.unread);
        this.#machines.clear();
        return true;
      }
      case "host": {
        const host = this.#hosts.get(entry.machineId) ?? new LiveHost();
        this.#hosts.set(entry.machineId, host);
        if (!host.apply(entry)) return false;
        this.#machines.delete(entry.machineId);
        return true;
      }
      case "control":
        return this.#control(entry.action, entry.locality);
    }
  }

  #control(action: string, zone: string): boolean {
    const [verb] = action.split(" ");
    if (verb === "lose") this.#lost.add(zone);
    else if (verb === "restore") this.#lost.delete(zone);
    else if (verb === "reset") {
      this.objects = new Objects();
      this.#hosts.clear();
      this.#machines.clear();
      this.#lost.clear();
      this.#unread = [];
    } else return false;
    return true;
  }

  network(): Network {
    const privateNetworks = privateNetworksOf(this.objects, (object) => this.keyOf(object));
    this.places = new Places(privateNetworks);
    const undetermined = [...this.#unread, ...untoldOf(this)];
    const machines: Node[] = [];
    for (const kind of ["bare-metal", "instance"] as const) {
      for (const [id, object] of this.objects.of(kind === "instance" ? "instance" : "bareMetal")) {
        const host = this.#hosts.get(id);
        // What is off, or not there yet, sends and receives nothing.
        if (host === undefined || !host.on) continue;
        const found = this.#machines.get(id) ?? machineNode({ id, kind, object, host }, this);
        this.#machines.set(id, found);
        machines.push(this.#same(found.node));
        undetermined.push(...found.undetermined);
      }
    }
    const products = productsOf(this, this.#lost);
    undetermined.push(...products.undetermined);
    const others = [...products.nodes, ...guestsOf(this, machines, this.places)].map((node) =>
      this.#same(node),
    );
    return {
      vpcs: sorted(vpcsOf(this.objects, (object) => this.keyOf(object))),
      privateNetworks: sorted(privateNetworks),
      nodes: sorted([...machines, ...others]),
      undetermined,
    };
  }

  /** The network as it would be with every address that VRRP may move on every machine that may hold it. */
  withStandbys(network: Network): Network {
    const byKey = new Map<string, ReadonlyMap<string, readonly string[]>>();
    for (const [id, object] of [...this.objects.of("bareMetal"), ...this.objects.of("instance")]) {
      const mayHold = this.#hosts.get(id)?.mayHold;
      if (mayHold !== undefined && mayHold.size > 0) byKey.set(this.keyOf(object), mayHold);
    }
    const nodes = network.nodes.map((node): Node => {
      const mayHold = byKey.get(node.key);
      if (mayHold === undefined) return node;
      const legs = node.legs.map((leg) => ({
        ...leg,
        virtualAddresses: mayHold.get(leg.interface) ?? leg.virtualAddresses,
      }));
      return { ...node, legs };
    });
    return { ...network, nodes };
  }

  /** What a machine hands to guests now: `machine network`. */
  carriedBy(id: string): readonly string[] {
    const object = this.objects.of("bareMetal").get(id);
    const host = this.#hosts.get(id);
    if (object === undefined || host === undefined || !host.on) return [];
    const bridged = bridgedLinks(host);
    if (bridged.size === 0) return [];
    const { node } = machineNode({ id, kind: "bare-metal", object, host }, this);
    return node.legs
      .filter((leg) => bridged.has(leg.interface))
      .map((leg) => `${node.key} ${leg.privateNetwork ?? ""}`);
  }

  carries(machine: string, network: string): boolean {
    return this.#carriers.has(`${machine} ${network}`);
  }

  /** The name without the estate's, as the estate calls it. */
  keyOf(object: Properties): string {
    const name = textOf(object.name) ?? String(object.id);
    const estate = tagsOf(object.tags).get("estate");
    return estate !== undefined && name.startsWith(`${estate}-`) ? name.slice(estate.length + 1) : name;
  }

  tagsOf({ tags }: Properties): ReadonlyMap<string, string> {
    return tagsOf(tags);
  }

  homesOf(machine: string): readonly string[] {
    return this.#homes.get(machine) ?? [];
  }

  networkKey(id: string): string | undefined {
    const object = this.objects.of("privateNetwork").get(id);
    return object === undefined ? undefined : this.keyOf(object);
  }

  /** Disks of the bare metal that is on, by node: another one has another first boot. */
  installations(): ReadonlyMap<string, string> {
    return new Map(
      [...this.objects.of("bareMetal")].flatMap(([id, object]): [string, string][] => {
        const host = this.#hosts.get(id);
        return host === undefined || !host.on ? [] : [[this.keyOf(object), `${id} ${host.installation}`]];
      }),
    );
  }

  /** Public addresses booked for bastions, whether or not one has them yet. */
  bastionAddresses(): readonly string[] {
    return [...this.objects.of("instanceIp").values()]
      .filter(({ tags }) => tagsOf(tags).get("role") === "bastion")
      .flatMap(({ address }) => textOf(address) ?? [])
      .map(plainAddress)
      .sort();
  }

  #note(entry: Entry, why: string): void {
    this.#unread.push({
      origin: { resource: `entry ${entry.sequence}`, stack: "" },
      property: entryText(entry),
      why,
    });
  }

  #same(node: Node): Node {
    const known = this.#known.get(node.key);
    if (known?.node === node) return node;
    const text = JSON.stringify({ ...node, rulesets: undefined });
    if (known !== undefined && known.text === text && known.node.rulesets === node.rulesets)
      return known.node;
    this.#known.set(node.key, { text, node });
    return node;
  }
}

function sorted<Item extends { readonly key: string }>(items: readonly Item[]): Item[] {
  return [...items].sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
}
