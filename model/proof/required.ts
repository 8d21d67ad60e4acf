/**
 * Whether what is declared works: from every host that is meant to every host that is meant, by the hosts' own addresses, routes and
 * rules, and back. Where the sender is outside (the internet, people, sites) one entry that works is enough.
 */
import type { RoundTrip, Start } from "./connection.ts";
import { roundTrips } from "./connection.ts";
import type { Permission } from "./declared.ts";
import { layerOf } from "./evidence.ts";
import type { Fabric } from "./fabric.ts";
import type { Intervals } from "./intervals.ts";
import { contains, intersect, isEmpty, pairsOf, unite } from "./intervals.ts";
import type { Station } from "./machine.ts";
import type { Model } from "./model.ts";
import { somewhere } from "./model.ts";
import type { Node } from "./network.ts";
import type { Box } from "./packets.ts";
import { protocols } from "./packets.ts";
import type { Party } from "./parties.ts";
import { isMeant } from "./parties.ts";
import { Passing } from "./passing.ts";
import type { Place } from "./places.ts";
import { atomsOf, hostsOf } from "./places.ts";
import { ownAddressesOn, waysOf, withoutPrefix } from "./routes.ts";
import type { Ending, Layer, Path } from "./trace.ts";

/** One flow that is required: from a host or from outside to a host or out. */
export interface RequiredFlow {
  readonly permission: Permission;
  readonly sender: string;
  readonly receiver: string;
  readonly port: number;
  readonly works: boolean;
  /** Why not: where the packet or its answer ends. */
  readonly ending: Ending | undefined;
  /** Each way that works: losing one of them leaves the others. */
  readonly ways: readonly WorkingWay[];
}

interface Sources {
  readonly destinations: Intervals;
  readonly source: number | undefined;
}

/** Keys of the machines of a way, and of each way that its answer may take; never none. */
export interface WorkingWay {
  readonly there: readonly string[];
  readonly answers: readonly (readonly string[])[];
}

const answeredOutside: readonly (readonly string[])[] = [[]];

export class Required {
  readonly #model: Model;
  readonly #fabric: Fabric;
  readonly #places: ReadonlyMap<string, readonly Place[]>;
  readonly #sources = new Map<Station, readonly Sources[]>();
  readonly #answers = new WeakMap<readonly Path[], WorkingWay["answers"]>();
  readonly #passing = new Passing();

  constructor(model: Model, fabric: Fabric, places: readonly Place[]) {
    this.#model = model;
    this.#fabric = fabric;
    this.#places = Map.groupBy(places, ({ name }) => name);
  }

  /** Flows that a permission asks for; none when nobody is there who could send, or when it is only allowed, not needed. */
  flowsOf(permission: Permission): readonly RequiredFlow[] {
    // What Scaleway's own send is followed where somebody asks for it from outside.
    if (!isNeeded(permission) || permission.sender?.name === "load-balancer") return [];
    const senders = this.#places.get(permission.from) ?? [];
    const receivers = this.#places.get(permission.to) ?? [];
    return senders.flatMap((from) => receivers.flatMap((to) => this.#between(permission, from, to)));
  }

  #between(permission: Permission, from: Place, to: Place): readonly RequiredFlow[] {
    // Whoever is meant by name or role is a host of the estate, not somebody beyond a tunnel.
    if (to.kind === "tunnel" && permission.receiver !== undefined) return [];
    const ports =
      permission.first === permission.last ? [permission.first] : [permission.first, permission.last];
    const senders = from.kind === "private-network" ? this.#parties(from, permission.sender) : undefined;
    const receivers = to.kind === "private-network" ? this.#parties(to, permission.receiver) : undefined;
    return ports.flatMap((port) =>
      senders === undefined
        ? this.#fromOutside(permission, from, to, receivers ?? [], port)
        : senders.flatMap((sender) => this.#fromHost(permission, sender, to, receivers, port)),
    );
  }

  #parties(place: Place, party: Party | undefined): readonly Station[] {
    // A load balancer ends connections for the servers behind it: what is asked is whether those are reached.
    const meant = party?.name === "load-balancer" ? undefined : party;
    const stations =
      meant?.name === "firewall"
        ? this.#fabric.membersOf(place.key).map(({ station }) => station)
        : hostsOf(this.#model, this.#fabric, place.key).map(({ station }) => station);
    return [...new Set(stations)].filter(({ node }) => isMeant(this.#model, node, meant));
  }

  #fromHost(
    permission: Permission,
    sender: Station,
    to: Place,
    receivers: readonly Station[] | undefined,
    port: number,
  ): readonly RequiredFlow[] {
    if (receivers === undefined) {
      const destinations = to.kind === "internet" ? [this.#somewhere()] : this.#atomsOf(to);
      const tried = destinations.map((destination) =>
        this.#flow(
          permission,
          sender.key,
          to.name,
          port,
          [this.#start(permission, sender, destination, port)],
          (path) => path.ending.kind === to.kind,
        ),
      );
      return tried
        .filter(({ works }) => works)
        .slice(0, 1)
        .concat(tried.every(({ works }) => !works) ? tried.slice(0, 1) : []);
    }
    return receivers
      .filter((receiver) => receiver.key !== sender.key)
      .flatMap((receiver) => {
        const destination = this.#addressIn(receiver.node, to);
        if (destination === undefined) return [];
        const start = this.#start(permission, sender, destination, port);
        return [this.#flow(permission, sender.key, receiver.key, port, [start], isAt(receiver))];
      });
  }

  /** By any public address, or out of any tunnel from any of its addresses, to any of the receivers. */
  #fromOutside(
    permission: Permission,
    from: Place,
    to: Place,
    receivers: readonly Station[],
    port: number,
  ): readonly RequiredFlow[] {
    const starts = from.kind === "internet" ? this.#publicStarts(permission, port) : [];
    if (from.kind === "internet") {
      const isTarget = (path: Path): boolean => receivers.some((receiver) => isAt(receiver)(path));
      return receivers.length === 0
        ? []
        : [this.#flow(permission, from.name, permission.to, port, starts, isTarget)];
    }
    return receivers.flatMap((receiver) => {
      const destination = this.#addressIn(receiver.node, to);
      if (destination === undefined) return [];
      const entering = this.#tunnelStarts(permission, from, destination, port);
      return [this.#flow(permission, from.name, receiver.key, port, entering, isAt(receiver))];
    });
  }

  #publicStarts(permission: Permission, port: number): readonly Start[] {
    const members = this.#fabric.publicMembers.filter(({ station: { node } }) => node.kind !== "bare-metal");
    return members.map(({ addresses }) => {
      const box = this.#packet(permission, this.#somewhere(), addresses[0] as number, port);
      return { station: undefined, box, onwards: this.#fabric.fromInternet(box, "new", true) };
    });
  }

  #tunnelStarts(permission: Permission, from: Place, destination: number, port: number): readonly Start[] {
    return this.#fabric.membersOf("").flatMap(({ station, leg }) => {
      const beyond = unite(...leg.beyond.map((prefix) => this.#fabric.space.of(prefix)));
      return this.#atomsOf(from)
        .filter((atom) => contains(beyond, atom))
        .map((atom): Start => {
          const box = this.#packet(permission, atom, destination, port);
          const to = { kind: "station", station, incoming: leg.interface } as const;
          return { station: undefined, box, onwards: [{ box, to, crossed: [], doubt: undefined }] };
        });
    });
  }

  #start(permission: Permission, sender: Station, destination: number, port: number): Start {
    const ways = this.#sourcesOf(sender);
    const source = ways.find(({ destinations }) => contains(destinations, destination))?.source;
    const box = this.#packet(permission, source ?? sender.own[0] ?? 0, destination, port);
    return { station: sender, box, onwards: [] };
  }

  /** The address that a machine sends from, by where it sends to. */
  #sourcesOf(sender: Station): readonly Sources[] {
    const known = this.#sources.get(sender);
    if (known !== undefined) return known;
    const { space } = this.#fabric;
    const found = waysOf(sender.node, undefined, space).map(({ destinations, interface: name }): Sources => {
      const own = ownAddressesOn(sender.node, name).find((each) => !isEmpty(space.of(each)));
      return { destinations, source: own === undefined ? undefined : space.atomOf(own) };
    });
    this.#sources.set(sender, found);
    return found;
  }

  /** A flow works when some start does by each of the ways that it may take. */
  #flow(
    permission: Permission,
    sender: string,
    receiver: string,
    port: number,
    starts: readonly Start[],
    isTarget: (path: Path) => boolean,
  ): RequiredFlow {
    const ways: WorkingWay[] = [];
    for (const start of starts) {
      const trips = this.#trips(start, isTarget, false);
      if (trips.length === 0 || trips.some(({ works }) => !works)) continue;
      for (const { way, back } of trips) {
        ways.push({
          there: keysOf(way),
          answers: back.length === 0 ? answeredOutside : this.#answersOf(back),
        });
      }
    }
    const works = ways.length > 0;
    const ending = works ? undefined : this.#endingOf(starts, isTarget);
    return { permission, sender, receiver, port, works, ending, ways };
  }

  /** Ways that share their answers share the list of their machines. */
  #answersOf(back: readonly Path[]): WorkingWay["answers"] {
    const known = this.#answers.get(back) ?? back.map(keysOf);
    this.#answers.set(back, known);
    return known;
  }

  /** Where the first start that fails ends, told by rules: asked only when no start works, since it is much the dearer question. */
  #endingOf(starts: readonly Start[], isTarget: (path: Path) => boolean): Ending {
    const [start] = starts;
    if (start === undefined) return { kind: "no-route", node: undefined };
    const failing = this.#trips(start, isTarget, true).find(({ works }) => !works);
    return failing === undefined ? { kind: "no-route", node: start.station?.key } : endingOf(failing);
  }

  #trips(start: Start, isTarget: (path: Path) => boolean, told: boolean): readonly RoundTrip[] {
    const layer = (station: Station): Layer => layerOf(this.#model, station.key);
    return roundTrips(this.#fabric, layer, start, isTarget, told, this.#passing);
  }

  #packet({ protocol }: Permission, source: number, destination: number, port: number): Box {
    const { family } = this.#fabric.space;
    const number = protocol === "icmp" && family === 6 ? protocols.icmp6 : protocols[protocol];
    const one = (value: number): Intervals => [value, value];
    return {
      source: one(source),
      destination: one(destination),
      protocol: one(number),
      sourcePort: one(40_000),
      destinationPort: one(protocol === "icmp" ? 8 : port),
    };
  }

  #somewhere(): number {
    return this.#fabric.space.atomOf(somewhere[this.#fabric.space.family]);
  }

  #atomsOf(place: Place): readonly number[] {
    return pairsOf(atomsOf(place, this.#fabric.space)).flatMap(([low, high]) =>
      Array.from({ length: high - low + 1 }, (_, index) => low + index),
    );
  }

  #addressIn(node: Node, { key }: Place): number | undefined {
    const { space } = this.#fabric;
    const addresses = node.legs.filter((leg) => leg.privateNetwork === key).flatMap((leg) => leg.addresses);
    const found = addresses.map(withoutPrefix).find((each) => !isEmpty(intersect(space.of(each), space.all)));
    return found === undefined ? undefined : space.atomOf(found);
  }
}

/** New bare metal may be administered on its public address, and need not be. */
function isNeeded({ receiver, protocol }: Permission): boolean {
  return receiver?.name !== "bare-metal" && (protocol === "tcp" || protocol === "udp");
}

function isAt(receiver: Station): (path: Path) => boolean {
  return ({ ending }) => ending.kind === "delivered" && ending.station.key === receiver.key;
}

function endingOf({ way, back, works }: RoundTrip): Ending {
  if (works || back.length === 0) return way.ending;
  const stopped = back.find(({ ending }) => ending.kind !== "delivered") ?? back[0];
  return stopped?.ending ?? way.ending;
}

function keysOf({ steps }: Path): readonly string[] {
  return steps.map(({ station }) => station.key);
}
