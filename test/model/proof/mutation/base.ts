/** The estate that mutants are made of, and what operators ask of it to choose changes that matter. */
import type { Network, Node, PrivateNetwork } from "../../../../model/proof/network.ts";
import type { Permission } from "../../../../model/proof/permissions/permission.ts";
import type { Sites } from "../../../../model/proof/places.ts";
import { type Documents, fromState, joined, readNetwork } from "../../../../model/proof/read/index.ts";
import { type EstateResources, statesOf } from "../../../helpers/estate-resources.ts";
import type { Random } from "../oracle/random.ts";
import { Edit } from "./edit.ts";
import { addressesOf, intentOf, type RuleParts, ruleOf } from "./rules.ts";

/** Networks that only routers stand on. */
const between = new Set(["transit"]);

export interface Intent {
  /** Log prefix, the same on every firewall that has the rule. */
  readonly name: string;
  readonly firewalls: readonly string[];
  readonly parts: RuleParts;
}

export class Base {
  readonly documents: Documents;
  readonly network: Network;
  readonly permissions: readonly Permission[];
  readonly sites: Sites;
  /** Firewalls that forward between networks of applications. */
  readonly inner: readonly Node[];
  readonly guests: readonly Node[];
  readonly #byAddress: ReadonlyMap<string, Node>;
  #intents: readonly Intent[] | undefined;

  constructor(laidOut: EstateResources) {
    this.documents = joined(statesOf(laidOut).map(fromState));
    this.network = readNetwork(this.documents);
    this.permissions = laidOut.declared.permissions;
    this.sites = laidOut.declared.sites;
    this.guests = this.network.nodes.filter(({ kind }) => kind === "guest");
    this.inner = this.firewalls.filter(({ kind }) => kind === "bare-metal");
    this.#byAddress = new Map(
      this.network.nodes.flatMap((node) =>
        node.legs.flatMap(({ addresses }) =>
          addresses.map((address) => [address.split("/")[0] as string, node] as const),
        ),
      ),
    );
  }

  get firewalls(): readonly Node[] {
    return this.network.nodes.filter(({ role }) => role === "firewall");
  }

  edit(): Edit {
    return new Edit(this.documents);
  }

  at(address: string): Node | undefined {
    return this.#byAddress.get(address);
  }

  privateNetwork(key: string): PrivateNetwork {
    return this.network.privateNetworks.find((each) => each.key === key) as PrivateNetwork;
  }

  /** Machines and guests on a network that are no routers. */
  hosts(network: string): readonly Node[] {
    return this.network.nodes.filter(
      ({ role, kind, legs }) =>
        role !== "firewall" &&
        kind !== "load-balancer" &&
        kind !== "gateway" &&
        legs.some(({ privateNetwork, addresses }) => privateNetwork === network && addresses.length > 0),
    );
  }

  hasGuests(network: string | undefined): boolean {
    return this.guests.some(({ legs }) => legs.some(({ privateNetwork }) => privateNetwork === network));
  }

  /** Networks of a firewall, by interface, that hosts stand on. */
  networksOf(firewall: Node): readonly { readonly name: string; readonly network: string }[] {
    return firewall.legs.flatMap(({ interface: name, privateNetwork: network }) =>
      network === undefined || between.has(network) || this.hosts(network).length === 0
        ? []
        : [{ name, network }],
    );
  }

  /** Of one firewall: two networks, guests on the second, whose kernels filter nothing that is counted on. */
  passage(random: Random, firewalls = this.inner): Passage | undefined {
    const firewall = random.pick(firewalls);
    const networks = this.networksOf(firewall);
    const from = random.pick(networks);
    const to = random.pick(
      networks.filter(({ network }) => this.hasGuests(network) && network !== from.network),
    );
    return to === undefined ? undefined : { firewall, from, to };
  }

  /** A port of TCP that no permission lets one place use to another, or that nobody lets anybody. */
  undeclaredPort(random: Random, from: string, to: string): number {
    const used = this.permissions.filter((each) => each.from === from && each.to === to);
    return random.pick(
      [21, 23, 111, 135, 445, 1433, 2049, 3306, 5900, 6379, 8081, 9200, 11_211, 27_017].filter(
        (port) =>
          !used.some(({ protocol, first, last }) => protocol === "tcp" && first <= port && port <= last),
      ),
    );
  }

  /** Intents of firewalls' rules whose destinations are given by single addresses. */
  get intents(): readonly Intent[] {
    if (this.#intents === undefined) {
      const edit = this.edit();
      const found = new Map<string, { firewalls: Set<string>; parts: RuleParts }>();
      for (const { key } of this.firewalls) {
        for (const command of edit.rules(key)) {
          const parts = ruleOf(command);
          const name = parts === undefined ? undefined : intentOf(parts);
          if (parts === undefined || name === undefined || addressesOf(parts, "daddr").length === 0) continue;
          const known = found.get(name) ?? { firewalls: new Set(), parts };
          known.firewalls.add(key);
          found.set(name, known);
        }
      }
      this.#intents = [...found].map(([name, { firewalls, parts }]) => ({
        name,
        firewalls: [...firewalls],
        parts,
      }));
    }
    return this.#intents;
  }

  /** An intent towards guests: where a wider rule on every firewall of its way lets more arrive. */
  intentToGuests(random: Random): Intent {
    return random.pick(
      this.intents.filter(({ parts }) =>
        addressesOf(parts, "daddr").some((address) => this.at(address)?.kind === "guest"),
      ),
    );
  }
}

export interface Passage {
  readonly firewall: Node;
  readonly from: { readonly name: string; readonly network: string };
  readonly to: { readonly name: string; readonly network: string };
}

/** A change, told by where; its documents are read and proved. */
export interface Mutant {
  readonly where: string;
  readonly edit: Edit;
}

export interface Operator {
  readonly name: string;
  /** Why no packet's fate changes; such mutants are expected to be held, and are counted apart. */
  readonly equivalent?: string;
  /** Undefined where the draw fell on nothing that could be changed so. */
  readonly make: (base: Base, random: Random) => Mutant | undefined;
}
