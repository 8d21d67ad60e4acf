/**
 * A load balancer or gateway of Scaleway's: it ends what comes in at its listeners and begins anew towards its targets, from its own
 * address; a masquerading gateway leads out. It forwards nothing else, and its replies follow its own connections.
 */
import type { AddressSpace } from "./addresses.ts";
import { acceptedBy, compileGroup } from "./filters.ts";
import type { Intervals } from "./intervals.ts";
import { covers, isEmpty, nothing, subtract, unite } from "./intervals.ts";
import type { Arrival, Forwarded, Sent, State, Station } from "./machine.ts";
import type { Leg, Node, Translation } from "./network.ts";
import type { Piece } from "./nft-pieces.ts";
import type { Box } from "./packets.ts";
import { everyPort, intersectBoxes, intersectSets, tcp, udp } from "./packets.ts";
import { ownAddresses, withoutPrefix } from "./routes.ts";

/** The gateway of what leaves by the router of the VPC, whose own address is not known. */
export const vpcRouter = "vpc-router";

export class Translator implements Station {
  readonly node: Node;
  readonly own: Intervals;
  readonly virtual: Intervals = nothing;
  readonly #space: AddressSpace;
  /** Atoms of each private network's prefixes. */
  readonly #prefixes: ReadonlyMap<string, Intervals>;
  readonly #arrivals = new Map<string, Arrival>();

  constructor(node: Node, space: AddressSpace, prefixes: ReadonlyMap<string, Intervals>) {
    this.node = node;
    this.#space = space;
    this.#prefixes = prefixes;
    this.own = unite(...ownAddresses(node).map((address) => space.of(address)));
  }

  get key(): string {
    return this.node.key;
  }

  arrivals(incoming: string, state: State): Arrival {
    const key = `${state} ${incoming}`;
    const known = this.#arrivals.get(key) ?? this.arrive(incoming, this.#space.everything, state);
    this.#arrivals.set(key, known);
    return known;
  }

  arrive(incoming: string, box: Box, state: State = "new"): Arrival {
    // What answers one of its own connections ends here.
    if (state === "established") return this.#ends(box);
    const from =
      this.node.legs.find((leg) => leg.interface === incoming)?.privateNetwork ??
      (this.node.publicInterface?.interface === incoming ? "internet" : undefined);
    const forwarded = this.node.translations.flatMap((translation) =>
      translation.listen.from === from ? this.#translated(translation, box) : [],
    );
    return { delivered: [], forwarded, dropped: [], unrouted: forwarded.length === 0 };
  }

  send(): Sent {
    return { sent: [], dropped: [], unrouted: true };
  }

  sends(): Sent {
    return this.send();
  }

  #ends(box: Box): Arrival {
    const mine = intersectBoxes(box, { ...this.#space.everything, destination: this.own });
    const delivered = mine === undefined ? [] : [{ box: mine, original: {}, rules: [], doubt: undefined }];
    return { delivered, forwarded: [], dropped: [], unrouted: mine === undefined };
  }

  #translated(translation: Translation, box: Box): Forwarded[] {
    const { everything } = this.#space;
    const { protocol, listen, kind, targets } = translation;
    const inside = unite(...this.#prefixes.values());
    const asked = intersectBoxes(box, {
      ...everything,
      destination:
        kind === "masquerade" ? subtract(subtract(everything.destination, this.own), inside) : this.own,
      protocol: protocol === "tcp" ? tcp : protocol === "udp" ? udp : everything.protocol,
      destinationPort: listen.ports,
    });
    if (asked === undefined) return [];
    const allowed =
      translation.allowed === undefined
        ? [asked]
        : intersectSets(
            [asked],
            acceptedBy(compileGroup(translation.allowed, "source", this.#space), everything),
          );
    return allowed.flatMap((listened) =>
      kind === "masquerade"
        ? this.#out(listened)
        : targets.flatMap((target) => this.#towards(listened, target)),
    );
  }

  #out(box: Box): Forwarded[] {
    const outside = this.node.publicInterface;
    const address = outside?.addresses.map(withoutPrefix).find((each) => !isEmpty(this.#space.of(each)));
    if (outside === undefined || address === undefined) return [];
    const source = this.#space.of(address);
    return [
      {
        piece: pieceOf({ ...box, source }, { source: box.source }),
        way: { destinations: box.destination, interface: outside.interface, gateway: undefined },
      },
    ];
  }

  #towards(box: Box, target: Translation["targets"][number]): Forwarded[] {
    const destination = this.#space.of(target.address);
    if (isEmpty(destination)) return [];
    const legs = this.node.legs.filter((leg) => !isEmpty(this.#addressOn(leg)));
    const direct = legs.filter((leg) =>
      covers(this.#prefixes.get(leg.privateNetwork ?? "") ?? [], destination),
    );
    return (direct.length > 0 ? direct : legs).map((leg) => ({
      piece: pieceOf(
        {
          source: this.#addressOn(leg),
          destination,
          protocol: box.protocol,
          sourcePort: everyPort,
          destinationPort: target.ports,
        },
        {
          source: box.source,
          destination: box.destination,
          sourcePort: box.sourcePort,
          destinationPort: box.destinationPort,
        },
      ),
      way: {
        destinations: destination,
        interface: leg.interface,
        gateway: direct.length > 0 ? undefined : vpcRouter,
      },
    }));
  }

  #addressOn(leg: Leg): Intervals {
    const all = [...leg.addresses.map(withoutPrefix), ...leg.virtualAddresses].map((each) =>
      this.#space.of(each),
    );
    return all.find((atoms) => !isEmpty(atoms)) ?? [];
  }
}

function pieceOf(box: Box, original: Piece["original"]): Piece {
  return { box, original, rules: [], doubt: undefined };
}

export function isTranslator({ kind }: Pick<Node, "kind">): boolean {
  return kind === "load-balancer" || kind === "gateway";
}
