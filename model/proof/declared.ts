/** What is declared, as packets: each arriving box is held against the permissions from its place of origin to where it arrives. */
import type { AddressSpace } from "./addresses.ts";
import type { Intervals } from "./intervals.ts";
import { intervalsOf, isEmpty, subtract, unite } from "./intervals.ts";
import type { Model } from "./model.ts";
import type { Node } from "./network.ts";
import type { Box, PacketSet } from "./packets.ts";
import { intersectBoxes, protocols, subtractSets } from "./packets.ts";
import type { Party } from "./parties.ts";
import { isMeant } from "./parties.ts";
import { isHost } from "./places.ts";
import { withoutPrefix } from "./routes.ts";

/** The part of a permission that the proof needs; those of an estate have more. */
export interface Permission {
  /** Names of places: a private network's, a site's, `vpn`, `internet`. */
  readonly from: string;
  readonly to: string;
  readonly protocol: "tcp" | "udp" | "icmp" | "vrrp";
  /** Ports, inclusive. */
  readonly first: number;
  readonly last: number;
  readonly sender?: Party | undefined;
  readonly receiver?: Party | undefined;
  /** Of what comes from outside: zones each of which has an entry for it. */
  readonly entries?: readonly string[] | undefined;
  /** For words alone: what the declaration calls its ends, and who declares it. */
  readonly key?: string;
  readonly declaredBy?: string;
}

/** Declared for a while by address, whatever place it comes from: whoever bears the source's address is the one that is meant. */
export interface AddressOpening {
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  readonly protocol: "tcp" | "udp";
  readonly port: number;
}

/** What arrives, by whom it is taken and how it came. */
export interface Arriving {
  /** Names of every place that a permission may call the receiver by. */
  readonly names: readonly string[];
  /** Undefined: outside the estate. */
  readonly receiver: Node | undefined;
  /** Whether a load balancer handed it on. */
  readonly isBalanced: boolean;
  readonly box: Box;
  /** Its sources when it was sent; undefined: those of the box, which nobody translated. */
  readonly sentBy?: Intervals | undefined;
}

type Network = Pick<Model, "network" | "routers">;
/** Where addresses of that network are found: its own space, or one that it shares with another network. */
type Space = Pick<AddressSpace, "family" | "everything" | "all" | "of">;

export class Declared<Declaration extends Permission = Permission> {
  readonly #byPlaces: ReadonlyMap<string, readonly Declaration[]>;
  readonly #model: Network;
  readonly #space: Space;
  readonly #openings: PacketSet;
  readonly #senders = new Map<string, Intervals>();

  constructor(
    permissions: readonly Declaration[],
    model: Network,
    space: Space,
    openings: readonly AddressOpening[] = [],
  ) {
    this.#byPlaces = Map.groupBy(permissions, ({ from, to }) => `${from} ${to}`);
    this.#model = model;
    this.#space = space;
    const atoms = (addresses: readonly string[]) => unite(...addresses.map((each) => space.of(each)));
    this.#openings = openings.map(
      ({ sources, destinations, protocol, port }): Box => ({
        ...space.everything,
        source: atoms(sources),
        destination: atoms(destinations),
        protocol: this.#numberOf(protocol),
        destinationPort: [port, port],
      }),
    );
  }

  /** Whether any permission leads from a place to another. */
  any(from: string, to: string): boolean {
    return this.#byPlaces.has(`${from} ${to}`);
  }

  /** What of a box no permission declares. */
  undeclared(from: string, arriving: Arriving): PacketSet {
    const groups = Map.groupBy(
      this.#applying(from, arriving),
      ({ protocol, sender }) => `${protocol} ${textOf(sender)}`,
    );
    const boxes = [...groups.values()].flatMap((group) => this.#boxOf(from, group, arriving) ?? []);
    return subtractSets([arriving.box], [...boxes, ...this.#openings]);
  }

  /** The permissions that declare a part of a box, each with that part. */
  declaring(
    from: string,
    arriving: Arriving,
  ): readonly { readonly declaration: Declaration; readonly box: Box }[] {
    return this.#applying(from, arriving).flatMap((declaration) => {
      const declared = this.#boxOf(from, [declaration], arriving);
      const part = declared && intersectBoxes(arriving.box, declared);
      return part === undefined ? [] : [{ declaration, box: part }];
    });
  }

  #applying(from: string, arriving: Arriving): readonly Declaration[] {
    return arriving.names
      .flatMap((to) => this.#byPlaces.get(`${from} ${to}`) ?? [])
      .filter((permission) => this.isFor(permission, arriving));
  }

  /** What permissions of one protocol and sender declare of what arrives so; nothing where the sender is hidden. */
  #boxOf(from: string, group: readonly Permission[], { sentBy }: Arriving): Box | undefined {
    const [{ protocol, sender }] = group as readonly [Permission, ...Permission[]];
    const senders = this.#sendersOf(from, sender);
    // Of what was translated any sender may be the one: all of them must be meant.
    if (sentBy !== undefined && !isEmpty(subtract(sentBy, senders))) return undefined;
    return {
      ...this.#space.everything,
      source: sentBy === undefined ? senders : this.#space.all,
      protocol: this.#numberOf(protocol),
      destinationPort: intervalsOf(group.map(({ first, last }) => [first, last])),
    };
  }

  /** Whether a permission means the receiver. */
  isFor(
    { receiver }: Permission,
    { receiver: node, isBalanced }: Pick<Arriving, "receiver" | "isBalanced">,
  ): boolean {
    if (node === undefined) return true;
    // What is for a load balancer is for whomever it hands it to.
    if (receiver?.kind === "role" && receiver.name === "load-balancer") return isBalanced;
    return isMeant(this.#model, node, receiver);
  }

  /**
   * Sources that a permission's sender may use: any but the addresses of other hosts of the same network. Layer 2 is shared: a neighbour may
   * forge the sender's address, and no rule between networks could tell; by its own address it is told apart.
   */
  #sendersOf(from: string, sender: Party | undefined): Intervals {
    if (sender?.kind !== "workload" && sender?.kind !== "role") return this.#space.all;
    const key = `${from} ${textOf(sender)}`;
    const known = this.#senders.get(key) ?? this.#withoutOthers(from, sender);
    this.#senders.set(key, known);
    return known;
  }

  #withoutOthers(from: string, sender: Party): Intervals {
    const { privateNetworks, nodes } = this.#model.network;
    const place = privateNetworks.find(({ name }) => name === from);
    const addresses = (all: readonly Node[]): Intervals =>
      unite(
        ...all
          .flatMap(({ legs }) => legs.filter(({ privateNetwork }) => privateNetwork === place?.key))
          .flatMap((leg) => [...leg.addresses.map(withoutPrefix), ...leg.virtualAddresses])
          .map((address) => this.#space.of(address)),
      );
    const isSender = (node: Node): boolean => isMeant(this.#model, node, sender);
    const others = nodes.filter((node) => isHost(this.#model, node) && !isSender(node));
    return subtract(this.#space.all, subtract(addresses(others), addresses(nodes.filter(isSender))));
  }

  #numberOf(protocol: Permission["protocol"]): readonly number[] {
    const number = protocol === "icmp" && this.#space.family === 6 ? protocols.icmp6 : protocols[protocol];
    return unite([number, number]);
  }
}

function textOf(party: Party | undefined): string {
  return party === undefined ? "" : `${party.kind} ${party.name}`;
}
