/**
 * Whether what is declared works: from every host that is meant to every host that is meant, by the hosts' own addresses, routes and
 * rules, and back. Whoever is outside (the internet, people, sites) comes by an entry of each zone that is said to have one.
 */
import type { RoundTrip, Start } from "./connection.ts";
import { arePeers, roundTrips } from "./connection.ts";
import type { Permission } from "./declared.ts";
import type { Entry } from "./entries.ts";
import { addressesOf, byZone, packetOf, publicEntries, somewhereIn, tunnelEntries } from "./entries.ts";
import { layerOf } from "./evidence.ts";
import type { Fabric } from "./fabric.ts";
import type { Intervals } from "./intervals.ts";
import { contains, intersect, isEmpty } from "./intervals.ts";
import type { Station } from "./machine.ts";
import type { Model } from "./model.ts";
import type { Node } from "./network.ts";
import type { Party } from "./parties.ts";
import { isMeant } from "./parties.ts";
import { Passing } from "./passing.ts";
import type { Place } from "./places.ts";
import { hostsOf } from "./places.ts";
import { ownAddressesOn, waysOf, withoutPrefix } from "./routes.ts";
import type { Ending, Layer, Path } from "./trace.ts";
import { isTranslator } from "./translator.ts";

/** One flow that is required: from a host or from outside to a host or out. */
export interface RequiredFlow {
  readonly permission: Permission;
  readonly sender: string;
  readonly receiver: string;
  /** Machines by any of which it comes in, of one zone; empty for what comes from inside, and where the zone has none. */
  readonly by: readonly string[];
  readonly port: number;
  readonly works: boolean;
  /** Why not: where the packet or its answer ends. */
  readonly ending: Ending | undefined;
  /** Each way that works: losing one of them leaves the others. */
  readonly ways: readonly WorkingWay[];
}

type Asked = Omit<RequiredFlow, "works" | "ending" | "ways">;

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
    if (!isNeeded(permission)) return [];
    const senders = this.#places.get(permission.from) ?? [];
    const receivers = this.#places.get(permission.to) ?? [];
    return senders.flatMap((from) => receivers.flatMap((to) => this.#between(permission, from, to)));
  }

  #between(permission: Permission, from: Place, to: Place): readonly RequiredFlow[] {
    // Whoever is meant by name or role is a host of the estate, not somebody beyond a tunnel.
    if (to.kind === "tunnel" && permission.receiver !== undefined) return [];
    const { first, last } = permission;
    const ports = first === last || !hasPorts(permission) ? [first] : [first, last];
    const senders = from.kind === "private-network" ? this.#senders(from, permission.sender) : undefined;
    const receivers = to.kind === "private-network" ? this.#parties(to, permission.receiver) : undefined;
    return ports.flatMap((port) =>
      senders === undefined
        ? this.#fromOutside(permission, from, to, receivers ?? [], port)
        : senders.flatMap((sender) => this.#fromHost(permission, sender, to, receivers, port)),
    );
  }

  #senders(place: Place, party: Party | undefined): readonly Station[] {
    return party?.name === "load-balancer"
      ? this.#members(place).filter(({ node }) => isMeant(this.#model, node, party))
      : this.#parties(place, party);
  }

  #parties(place: Place, party: Party | undefined): readonly Station[] {
    // A load balancer ends connections for the servers behind it: what is asked is whether those are reached.
    const meant = party?.name === "load-balancer" ? undefined : party;
    const stations =
      meant?.name === "firewall" || meant?.name === "pair-member"
        ? this.#members(place)
        : hostsOf(this.#model, this.#fabric, place.key).map(({ station }) => station);
    return [...new Set(stations)].filter(({ node }) => isMeant(this.#model, node, meant));
  }

  #members({ key }: Place): readonly Station[] {
    return this.#fabric.membersOf(key).map(({ station }) => station);
  }

  #fromHost(
    permission: Permission,
    sender: Station,
    to: Place,
    receivers: readonly Station[] | undefined,
    port: number,
  ): readonly RequiredFlow[] {
    if (receivers === undefined) {
      const { space } = this.#fabric;
      const destinations = to.kind === "internet" ? [somewhereIn(space)] : addressesOf(to, space);
      const tried = destinations.map((destination) =>
        this.#flow(
          { permission, sender: sender.key, receiver: to.name, by: [], port },
          [this.#start(permission, sender, destination, port)],
          (path) => path.ending.kind === to.kind,
        ),
      );
      return tried
        .filter(({ works }) => works)
        .slice(0, 1)
        .concat(tried.every(({ works }) => !works) ? tried.slice(0, 1) : []);
    }
    const pair = permission.receiver?.name === "pair-member";
    return receivers
      .filter((receiver) => receiver.key !== sender.key && (!pair || arePeers(sender, receiver)))
      .flatMap((receiver) => {
        const destination = this.#addressIn(receiver.node, to);
        if (destination === undefined) return [];
        const start = this.#start(permission, sender, destination, port);
        const flow = { permission, sender: sender.key, receiver: receiver.key, by: [], port };
        return [this.#flow(flow, [start], isAt(receiver))];
      });
  }

  /** By public addresses, or out of tunnels from any of the place's addresses, to any of the receivers. */
  #fromOutside(
    permission: Permission,
    from: Place,
    to: Place,
    receivers: readonly Station[],
    port: number,
  ): readonly RequiredFlow[] {
    const flow = { permission, sender: from.name, port };
    if (from.kind === "internet") {
      const isTarget = (path: Path): boolean => receivers.some((receiver) => isAt(receiver)(path));
      if (receivers.length === 0) return [];
      const all = publicEntries(this.#model, this.#fabric, permission, { to, port });
      return byZone(permission, all).map((entries) =>
        this.#throughEntries({ ...flow, receiver: permission.to }, entries, isTarget),
      );
    }
    return receivers.flatMap((receiver) => {
      const destination = this.#addressIn(receiver.node, to);
      if (destination === undefined) return [];
      const all = tunnelEntries(this.#fabric, permission, from, { destination, port });
      return byZone(permission, all).map((entries) =>
        this.#throughEntries({ ...flow, receiver: receiver.key }, entries, isAt(receiver)),
      );
    });
  }

  #throughEntries(
    flow: Omit<Asked, "by">,
    entries: readonly Entry[],
    isTarget: (path: Path) => boolean,
  ): RequiredFlow {
    const by = [...new Set(entries.map(({ node }) => node.key))];
    return this.#flow(
      { ...flow, by },
      entries.map(({ start }) => start),
      isTarget,
    );
  }

  #start(permission: Permission, sender: Station, destination: number, port: number): Start {
    if (isTranslator(sender.node)) return this.#startOfProduct(permission, sender, destination, port);
    const ways = this.#sourcesOf(sender);
    const source = ways.find(({ destinations }) => contains(destinations, destination))?.source;
    const box = packetOf(this.#fabric.space, permission, source ?? sender.own[0] ?? 0, destination, port);
    return { station: sender, box, onwards: [] };
  }

  /** Of Scaleway's own: no kernel has a say, and it sends by the leg on the receiver's network. */
  #startOfProduct(permission: Permission, sender: Station, destination: number, port: number): Start {
    const { space } = this.#fabric;
    const { node } = sender;
    const [leg] = node.legs.filter(
      ({ privateNetwork }) => this.#places.get(permission.to)?.[0]?.key === privateNetwork,
    );
    const own = leg?.addresses.map(withoutPrefix).find((address) => !isEmpty(space.of(address)));
    const box = packetOf(
      this.#fabric.space,
      permission,
      own === undefined ? (sender.own[0] ?? 0) : space.atomOf(own),
      destination,
      port,
    );
    if (leg === undefined) return { station: sender, box, onwards: [] };
    const way = { destinations: box.destination, interface: leg.interface, gateway: undefined };
    return { station: sender, box, onwards: this.#fabric.leaving(node, way, box, "new", true) };
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
  #flow(asked: Asked, starts: readonly Start[], isTarget: (path: Path) => boolean): RequiredFlow {
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
    return { ...asked, works, ending, ways };
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

  #addressIn(node: Node, { key }: Place): number | undefined {
    const { space } = this.#fabric;
    const addresses = node.legs.filter((leg) => leg.privateNetwork === key).flatMap((leg) => leg.addresses);
    const found = addresses.map(withoutPrefix).find((each) => !isEmpty(intersect(space.of(each), space.all)));
    return found === undefined ? undefined : space.atomOf(found);
  }
}

/** New bare metal may be administered on its public address, and need not be. */
function isNeeded(permission: Permission): boolean {
  if (permission.receiver?.name === "bare-metal") return false;
  return hasPorts(permission) || permission.receiver?.name === "pair-member";
}

function hasPorts({ protocol }: Permission): boolean {
  return protocol === "tcp" || protocol === "udp";
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
