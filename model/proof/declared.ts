/** What is declared, as packets: each arriving box is held against the permissions from its place of origin to where it arrives. */
import type { AddressSpace } from "./addresses.ts";
import { intervalsOf, unite } from "./intervals.ts";
import type { Node } from "./network.ts";
import type { Box, PacketSet } from "./packets.ts";
import { intersectBoxes, protocols, subtractSets } from "./packets.ts";

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
  /** For words alone: what the declaration calls its ends, and who declares it. */
  readonly key?: string;
  readonly declaredBy?: string;
}

/** Who of a place is meant. Only a workload binds what may arrive: the other kinds say for whom a flow is. */
export interface Party {
  readonly kind: string;
  readonly name: string;
}

/** Declared for a while by address, whatever place it comes from: whoever bears the source's address is the one that is meant. */
export interface AddressOpening {
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  readonly protocol: "tcp" | "udp";
  readonly port: number;
}

export class Declared<Declaration extends Permission = Permission> {
  readonly #byPlaces: ReadonlyMap<string, readonly Declaration[]>;
  readonly #space: AddressSpace;
  readonly #openings: PacketSet;

  constructor(
    permissions: readonly Declaration[],
    space: AddressSpace,
    openings: readonly AddressOpening[] = [],
  ) {
    this.#byPlaces = Map.groupBy(permissions, ({ from, to }) => `${from} ${to}`);
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

  /** What of a box no permission declares, arriving at a node (undefined: outside the estate) that belongs to the places. */
  undeclared(from: string, places: readonly string[], receiver: Node | undefined, box: Box): PacketSet {
    const applying = this.#applying(from, places, receiver);
    const boxes = [...Map.groupBy(applying, ({ protocol }) => protocol)].map(([protocol, group]) =>
      this.#boxOf(protocol, group),
    );
    return subtractSets([box], [...boxes, ...this.#openings]);
  }

  /** The permissions that declare a part of a box, each with that part. */
  declaring(
    from: string,
    places: readonly string[],
    receiver: Node | undefined,
    box: Box,
  ): readonly { readonly declaration: Declaration; readonly box: Box }[] {
    return this.#applying(from, places, receiver).flatMap((declaration) => {
      const part = intersectBoxes(box, this.#boxOf(declaration.protocol, [declaration]));
      return part === undefined ? [] : [{ declaration, box: part }];
    });
  }

  #applying(from: string, places: readonly string[], receiver: Node | undefined): readonly Declaration[] {
    return places
      .flatMap((to) => this.#byPlaces.get(`${from} ${to}`) ?? [])
      .filter((permission) => isFor(permission, receiver));
  }

  #boxOf(protocol: Permission["protocol"], ports: readonly Permission[]): Box {
    return {
      ...this.#space.everything,
      protocol: this.#numberOf(protocol),
      destinationPort: intervalsOf(ports.map(({ first, last }) => [first, last])),
    };
  }

  #numberOf(protocol: Permission["protocol"]): readonly number[] {
    const number = protocol === "icmp" && this.#space.family === 6 ? protocols.icmp6 : protocols[protocol];
    return unite([number, number]);
  }
}

function isFor({ receiver }: Permission, node: Node | undefined): boolean {
  return receiver?.kind !== "workload" || node === undefined || node.workload === receiver.name;
}
