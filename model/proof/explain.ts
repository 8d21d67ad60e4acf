/**
 * Why one thing reaches another, or does not: each way a packet may take, with every decision on it. The sender's own routes and rules come
 * first; then the ways of somebody who minds neither: the VPC's router, and each neighbour as next hop. A way that is stopped is followed
 * beyond what stops it, so that all that would have to change is listed, not the first thing alone.
 */
import { familyOf, stretchOf } from "./addresses.ts";
import type { RoundTrip, Start } from "./connection.ts";
import { roundTrips } from "./connection.ts";
import type { Hop } from "./evidence.ts";
import { layerOf } from "./evidence.ts";
import type { Fabric } from "./fabric.ts";
import { decisionOf } from "./filters.ts";
import { contains, intersect, isEmpty, pairsOf, unite } from "./intervals.ts";
import type { Station } from "./machine.ts";
import { families, Model, somewhere } from "./model.ts";
import type { Family, Network } from "./network.ts";
import type { Packet } from "./packet-text.ts";
import { packetOf } from "./packet-text.ts";
import type { Box } from "./packets.ts";
import { protocols, sampleOf } from "./packets.ts";
import type { Place, Sites } from "./places.ts";
import { atomsOf, hostsOf, placesOf, prefixesOf, tunnelEnds } from "./places.ts";
import type { EndingText } from "./prove.ts";
import { endingText } from "./prove.ts";
import { ownAddresses, ownAddressesOn, waysOf, withoutPrefix } from "./routes.ts";
import type { Denial, Path } from "./trace.ts";
import { Tracer } from "./trace.ts";

export interface Question {
  /** Key or name of a node, or of a private network (each of its nodes); `internet`; a site or `vpn`, by its tunnels. */
  readonly from: string;
  /** The same, or an address. */
  readonly to: string;
  readonly protocol: "tcp" | "udp" | "icmp";
  readonly port: number;
}

export interface ExplainedWay {
  readonly family: Family;
  /** `honest`: by the sender's own rules and routes; `router`, `neighbour`: by who minds neither. */
  readonly by: "honest" | "router" | "neighbour" | "internet" | "tunnel";
  readonly sender: string;
  readonly packet: Packet;
  readonly passes: boolean;
  readonly hops: readonly Hop[];
  readonly ending: EndingText;
  /** All that would have to change for it to pass on this way; empty when it passes. */
  readonly stoppedBy: readonly EndingText[];
  /** Where the answer goes, when there is one. */
  readonly answers: readonly { readonly hops: readonly Hop[]; readonly ending: EndingText }[];
}

export interface Explanation {
  readonly verdict: "allowed" | "denied" | "no-route" | "undetermined";
  readonly ways: readonly ExplainedWay[];
}

export function explain(network: Network, question: Question, sites: Sites = []): Explanation {
  const model = new Model(network, { asked: prefixesOf(sites) });
  const ways = families.flatMap((family) => new Explainer(model, family, question, sites).ways());
  const endings = ways.map(({ ending }) => ending.kind);
  const verdict = ways.some(({ passes }) => passes)
    ? "allowed"
    : model.doubt !== undefined || endings.includes("undetermined")
      ? "undetermined"
      : ways.some(({ stoppedBy }) => stoppedBy.some(({ kind }) => kind === "denied"))
        ? "denied"
        : "no-route";
  return { verdict, ways };
}

class Explainer {
  readonly #model: Model;
  readonly #family: Family;
  readonly #fabric: Fabric;
  readonly #question: Question;
  readonly #tunnels: readonly Place[];

  constructor(model: Model, family: Family, question: Question, sites: Sites) {
    this.#model = model;
    this.#family = family;
    this.#fabric = model.fabric(family, new Set());
    this.#question = question;
    this.#tunnels = placesOf(model.network, sites).filter(({ kind }) => kind === "tunnel");
  }

  ways(): readonly ExplainedWay[] {
    const { from, to } = this.#question;
    const destinations = this.#destinations(to);
    if (from === "internet") {
      const { space, publicMembers } = this.#fabric;
      const published = publicMembers.flatMap(({ addresses }) => addresses[0] ?? []);
      return [...new Set([...destinations, ...published])].flatMap((destination) => {
        const box = this.#packet(space.atomOf(somewhere[this.#family]), destination);
        const onwards = this.#fabric.fromInternet(box, "new", true);
        const ways = this.#followed("internet", from, { station: undefined, box, onwards });
        // Others' addresses are of interest where they lead on to what is asked for.
        return destinations.includes(destination) ? ways : ways.filter(({ passes }) => passes);
      });
    }
    const fromHosts = this.#stations(from).flatMap((station) =>
      destinations
        .filter((destination) => !contains(station.own, destination))
        .flatMap((destination) => this.#waysFrom(station, destination)),
    );
    return [...fromHosts, ...destinations.flatMap((destination) => this.#waysByTunnels(from, destination))];
  }

  /** Of somebody beyond a tunnel, by each end of it. */
  #waysByTunnels(from: string, destination: number): readonly ExplainedWay[] {
    const { space } = this.#fabric;
    return this.#tunnels
      .filter(({ name }) => name === from)
      .flatMap((place) =>
        tunnelEnds(this.#model, this.#fabric).flatMap(({ station, leg }) => {
          const beyond = unite(...leg.beyond.map((prefix) => space.of(prefix)));
          const [source] = intersect(atomsOf(place, space), beyond);
          if (source === undefined) return [];
          const box = this.#packet(source, destination);
          const to = { kind: "station", station, incoming: leg.interface } as const;
          const onwards = [{ box, to, crossed: [], doubt: undefined }];
          return this.#followed("tunnel", from, { station: undefined, box, onwards });
        }),
      );
  }

  #waysFrom(station: Station, destination: number): readonly ExplainedWay[] {
    const { space } = this.#fabric;
    const way = waysOf(station.node, undefined, space).find(({ destinations }) =>
      contains(destinations, destination),
    );
    const own = ownAddressesOn(station.node, way?.interface ?? "").find((each) => !isEmpty(space.of(each)));
    const source = own === undefined ? station.own[0] : space.atomOf(own);
    if (source === undefined) return [];
    const box = this.#packet(source, destination);
    const legs = station.node.legs.flatMap(({ privateNetwork }) => privateNetwork ?? []);
    const router = legs.flatMap((key) => this.#fabric.throughRouter(key, box, true));
    const neighbours = legs.flatMap((key) =>
      this.#fabric
        .membersOf(key)
        .filter((member) => member.station.key !== station.key)
        .filter(
          ({ station: { node, own: taken } }) => contains(taken, destination) || node.forwards[this.#family],
        )
        .map(({ station: next, leg }) => ({
          box,
          to: { kind: "station", station: next, incoming: leg.interface } as const,
          crossed: [],
          doubt: undefined,
        })),
    );
    return [
      ...this.#followed("honest", station.key, { station, box, onwards: [] }),
      ...this.#followed("router", station.key, { station, box, onwards: router }),
      ...this.#followed("neighbour", station.key, { station, box, onwards: neighbours }),
    ].filter(({ by, ending }) => by !== "router" || ending.kind !== "no-route");
  }

  #followed(by: ExplainedWay["by"], sender: string, start: Start): readonly ExplainedWay[] {
    if (by !== "honest" && start.onwards.length === 0) return [];
    const target = (path: Path): boolean => this.#isTarget(path, start.box);
    const layer = (station: Station): Hop["layer"] => layerOf(this.#model, station.key);
    const trips = roundTrips(this.#fabric, layer, start, target, true);
    return trips.map((trip) => {
      const passes = target(trip.way);
      const { steps, ending } = trip.way;
      return {
        family: this.#family,
        by,
        sender,
        packet: packetOf(sampleOf(start.box), this.#fabric.space),
        passes,
        hops: this.#hops(trip.way),
        ending: endingText(ending),
        stoppedBy: passes ? [] : this.#stops(start, steps[0]?.station.key, layer),
        answers: this.#answers(trip),
      };
    });
  }

  /** Everything that denies it along the way, as if nothing before had. */
  #stops(
    start: Start,
    first: string | undefined,
    layer: (station: Station) => Hop["layer"],
  ): readonly EndingText[] {
    const open = (station: Station): Station => this.#model.withoutRules(station, this.#family);
    const tracer = new Tracer(this.#fabric, layer, true, undefined, open);
    const { station, box, onwards } = start;
    const paths =
      station === undefined || onwards.length > 0 ? tracer.onwards(onwards) : tracer.from(station, box);
    const same = paths.filter(({ steps }) => first === undefined || steps[0]?.station.key === first);
    const denials: readonly Denial[] = same.flatMap(({ passedOver }) => passedOver);
    const ends = same
      .filter((path) => !this.#isTarget(path, box))
      .map(({ ending }) => endingText(ending))
      .filter(({ kind }) => kind !== "delivered");
    const all = [...denials, ...ends];
    return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
  }

  #isTarget({ ending }: Path, box: Box): boolean {
    if (ending.kind === "internet" || ending.kind === "tunnel") return true;
    if (ending.kind !== "delivered") return false;
    const { to } = this.#question;
    const { key, name, legs } = ending.station.node;
    const network = legs.some(({ privateNetwork }) => privateNetwork === this.#networkKey(to));
    return key === to || name === to || network || contains(ending.station.own, box.destination[0] as number);
  }

  #answers({ back }: RoundTrip): ExplainedWay["answers"] {
    return back.map((path) => ({ hops: this.#hops(path), ending: endingText(path.ending) }));
  }

  #hops({ steps }: Path): readonly Hop[] {
    return steps.flatMap(({ station, incoming, before, rules, crossed }): Hop[] => [
      ...crossed.map(({ layer, resource, filter }) => ({
        layer,
        node: undefined,
        incoming: undefined,
        resource,
        rules: [],
        index: decisionOf(filter, before).index,
      })),
      {
        layer: layerOf(this.#model, station.key),
        node: station.key,
        incoming,
        resource: station.node.origin.resource,
        rules,
        index: undefined,
      },
    ]);
  }

  #stations(of: string): readonly Station[] {
    const { stations } = this.#model.views[this.#family];
    const network = this.#networkKey(of);
    // Of a network its hosts are meant, not the routers that serve it.
    const members = network === undefined ? [] : hostsOf(this.#model, this.#fabric, network);
    const named = stations.filter(({ node }) => node.key === of || node.name === of || node.workload === of);
    return named.length > 0 ? named : [...new Set(members.map(({ station }) => station))];
  }

  #networkKey(of: string): string | undefined {
    return this.#model.network.privateNetworks.find(({ key, name }) => key === of || name === of)?.key;
  }

  #destinations(to: string): readonly number[] {
    const { space } = this.#fabric;
    if (to === "internet") return [space.atomOf(somewhere[this.#family])];
    const stations = this.#stations(to);
    if (stations.length === 0) {
      const beyond = this.#tunnels.filter(({ name }) => name === to).map((place) => atomsOf(place, space));
      // What nothing in the network names is treated as its neighbours are.
      const isAddress = familyOf(to) === this.#family && stretchOf(to) !== undefined;
      return [...(isAddress ? [space.atomOf(to)] : []), ...beyond.flatMap(pairsOf).map(([first]) => first)];
    }
    const network = this.#networkKey(to);
    return stations.flatMap(({ node }) => {
      const legs = node.legs.filter(
        ({ privateNetwork }) => network === undefined || privateNetwork === network,
      );
      const onLegs = legs.flatMap(({ addresses }) => addresses.map(withoutPrefix));
      const all = network === undefined ? ownAddresses(node) : onLegs;
      return all.filter((each) => !isEmpty(space.of(each))).map((each) => space.atomOf(each));
    });
  }

  #packet(source: number, destination: number): Box {
    const { protocol, port } = this.#question;
    const number = protocol === "icmp" && this.#family === 6 ? protocols.icmp6 : protocols[protocol];
    return {
      source: [source, source],
      destination: [destination, destination],
      protocol: [number, number],
      sourcePort: [40_000, 40_000],
      destinationPort: [port, port],
    };
  }
}
