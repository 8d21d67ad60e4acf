/**
 * What lies between machines, for one family: layer 2 of each private network, the router of each VPC with its ACLs, the internet with
 * security groups in front of Instances. It says to which machines packets come that leave an interface.
 */
import type { AddressSpace } from "./addresses.ts";
import { familyOf } from "./addresses.ts";
import type { Compiled } from "./filters.ts";
import { acceptedBy, compileAcl } from "./filters.ts";
import type { Intervals } from "./intervals.ts";
import { intersect, isEmpty, meets, subtract, unite } from "./intervals.ts";
import type { State, Station } from "./machine.ts";
import type { Leg, Network, Node, PrivateNetwork, Vpc } from "./network.ts";
import type { Box, PacketSet } from "./packets.ts";
import { intersectBoxes, intersectSets } from "./packets.ts";
import type { PublicMember } from "./public-members.ts";
import { groupCrossing, passesFreely, publicAddresses, publicMember } from "./public-members.ts";
import type { PrefixRoute, Way } from "./routes.ts";
import { byLongestPrefix, withoutPrefix } from "./routes.ts";

/** A filter between machines that packets met; which of its rules decides is asked packet by packet. */
export interface Crossing {
  readonly layer: "acl" | "security-group";
  readonly resource: string;
  readonly filter: Compiled;
}

export interface Onward {
  readonly box: Box;
  readonly to:
    | { readonly kind: "station"; readonly station: Station; readonly incoming: string }
    | { readonly kind: "internet" }
    | { readonly kind: "tunnel"; readonly interface: string }
    /** A filter denied it, or nobody answers for its next hop. */
    | { readonly kind: "nowhere" };
  readonly crossed: readonly Crossing[];
  readonly doubt: string | undefined;
}

export interface Member {
  readonly station: Station;
  readonly leg: Leg;
  /** Addresses that it answers for on this leg. */
  readonly answers: Intervals;
}

interface Router {
  readonly vpc: Vpc;
  readonly acl: Compiled;
  readonly accepted: PacketSet;
  readonly doubt: string | undefined;
  readonly routes: readonly { readonly destinations: Intervals; readonly to: RouterTarget }[];
}

type RouterTarget =
  | { readonly kind: "network"; readonly network: PrivateNetwork }
  | { readonly kind: "next-hop"; readonly address: string | undefined };

/** What answers of a fabric depend on besides nodes: who is on a private network (or, without one, at a tunnel), a VPC, the internet. */
export const tokens = {
  node: (key: string): string => `node ${key}`,
  network: (key: string): string => `network ${key}`,
  vpc: (key: string): string => `vpc ${key}`,
  internet: "internet",
  everything: "everything",
} as const;

export class Fabric {
  readonly space: AddressSpace;
  readonly publicMembers: readonly PublicMember[];
  readonly #members: ReadonlyMap<string, readonly Member[]>;
  readonly #routers: ReadonlyMap<string, Router>;
  readonly #network: Network;
  /** Told of all that an answer depends on: a node's key, and the tokens below. */
  readonly note: (token: string) => void;
  /** Key of each private network's VPC. */
  readonly #vpcOf: ReadonlyMap<string, string>;
  readonly #publicByKey: ReadonlyMap<string, PublicMember>;
  /** Every address of a public interface, of machines that are lost too: it leads to nobody else. */
  readonly #taken: Intervals;

  constructor(
    network: Network,
    space: AddressSpace,
    stations: readonly Station[],
    doubtOf: (vpc: string) => string | undefined,
    note: (token: string) => void = () => {},
  ) {
    this.note = note;
    this.#network = network;
    this.space = space;
    const members = stations.flatMap((station) =>
      station.node.legs.map((leg) => ({ station, leg, answers: answersOf(leg, space) })),
    );
    this.#members = Map.groupBy(members, ({ leg }) => leg.privateNetwork ?? "");
    this.#routers = new Map(network.vpcs.map((vpc) => [vpc.key, this.#router(vpc, doubtOf(vpc.key))]));
    this.#vpcOf = new Map(network.privateNetworks.map(({ key, vpc }) => [key, vpc]));
    this.publicMembers = stations.flatMap((station) => publicMember(station, space));
    this.#publicByKey = new Map(this.publicMembers.map((member) => [member.station.key, member]));
    this.#taken = unite(
      ...network.nodes.map(({ publicInterface }) => publicAddresses(publicInterface, space)),
    );
  }

  /** Whether a machine has a public interface that speaks the family. */
  isPublic({ key }: Node): boolean {
    return this.#publicByKey.has(key);
  }

  membersOf(privateNetwork: string): readonly Member[] {
    const members = this.#members.get(privateNetwork) ?? [];
    this.note(tokens.network(privateNetwork));
    for (const { station } of members) this.note(tokens.node(station.key));
    return members;
  }

  /** Where packets go that a machine sends by an interface. */
  leaving(node: Node, way: Way, box: Box, state: State, single: boolean): readonly Onward[] {
    const leg = node.legs.find((each) => each.interface === way.interface);
    if (leg === undefined) return this.#public(node, box, state);
    if (leg.privateNetwork === undefined) {
      this.note(tokens.network(""));
      const destination = intersect(box.destination, unite(...leg.beyond.map((each) => this.space.of(each))));
      if (isEmpty(destination)) return [nowhere(box)];
      return [onward({ ...box, destination }, { kind: "tunnel", interface: leg.interface })];
    }
    if (way.gateway === undefined) return this.#onLink(leg.privateNetwork, box, node.key);
    const gateway = this.space.of(way.gateway);
    const holders = this.membersOf(leg.privateNetwork).filter(
      ({ station, answers }) => station.key !== node.key && meets(answers, gateway),
    );
    if (holders.length > 0) return holders.map((member) => toMember(member, box));
    // The VPC's router answers for an address that the network does not tell: what nobody else holds may be it.
    return this.throughRouter(leg.privateNetwork, box, single);
  }

  /** What a private network hands to its VPC's router. */
  throughRouter(privateNetwork: string, box: Box, single: boolean): readonly Onward[] {
    const vpc = this.#vpcOf.get(privateNetwork) ?? "";
    const router = this.#routers.get(vpc);
    this.note(tokens.vpc(vpc));
    if (router === undefined) return [nowhere(box)];
    const found = router.routes.flatMap(({ destinations, to }) => {
      const destination = intersect(box.destination, destinations);
      if (isEmpty(destination) || (to.kind === "network" && to.network.key === privateNetwork)) return [];
      return this.#routed(router, to, towards(box, destination));
    });
    return found.length === 0 && single ? [nowhere(box)] : found;
  }

  /** Whoever answers for the destinations of a box, wherever it is. */
  holdersOf(box: Box): readonly Onward[] {
    return [...this.#members.keys()].flatMap((key) =>
      key === "" ? [] : this.#onLink(key, box, undefined).filter(({ to }) => to.kind === "station"),
    );
  }

  /** What the internet, where any source may be, brings to public interfaces. */
  fromInternet(box: Box, state: State, single: boolean): readonly Onward[] {
    this.note(tokens.internet);
    return this.publicMembers.flatMap((member) => {
      // Others' machines may share a link with bare metal: there a packet for any destination may come in.
      const link = member.station.node.kind === "bare-metal" && !single;
      const reaching = link
        ? box
        : intersectBoxes(box, { ...this.space.everything, destination: member.addresses });
      return reaching === undefined ? [] : this.#inbound(member, reaching, state);
    });
  }

  #routed(router: Router, to: RouterTarget, box: Box): readonly Onward[] {
    const other = to.kind === "network" ? this.#routers.get(to.network.vpc) : router;
    const routers = other === undefined || other === router ? [router] : [router, other];
    for (const { vpc } of routers) this.note(tokens.vpc(vpc.key));
    const doubt = routers.find((each) => each.doubt !== undefined)?.doubt;
    const crossed = routers.map((each) => aclCrossing(each, this.space.family));
    let passing: PacketSet = [box];
    if (doubt === undefined) for (const each of routers) passing = intersectSets(passing, each.accepted);
    if (passing.length === 0) return [{ ...nowhere(box), crossed }];
    return passing.flatMap((each) => {
      const next =
        to.kind === "network"
          ? this.#onLink(to.network.key, each, undefined)
          : this.#nextHop(router, to.address, each);
      return next.map((one) => ({
        ...one,
        crossed: [...crossed, ...one.crossed],
        doubt: one.doubt ?? doubt,
      }));
    });
  }

  #nextHop(router: Router, address: string | undefined, box: Box): readonly Onward[] {
    if (address === undefined) return [{ ...nowhere(box), doubt: "a route whose next hop is not known" }];
    const hop = this.space.of(address);
    const networks = this.#network.privateNetworks.filter(({ vpc }) => vpc === router.vpc.key);
    const holders = networks.flatMap(({ key }) =>
      this.membersOf(key).filter(({ answers }) => meets(answers, hop)),
    );
    return holders.length === 0 ? [nowhere(box)] : holders.map((member) => toMember(member, box));
  }

  #onLink(privateNetwork: string, box: Box, sender: string | undefined): readonly Onward[] {
    const found = this.membersOf(privateNetwork).flatMap((member) => {
      if (member.station.key === sender) return [];
      const destination = intersect(box.destination, member.answers);
      return isEmpty(destination) ? [] : [toMember(member, towards(box, destination))];
    });
    return found.length === 0 ? [nowhere(box)] : found;
  }

  #public(node: Node, box: Box, state: State): readonly Onward[] {
    this.note(tokens.internet);
    const self = this.#publicByKey.get(node.key);
    const allowed =
      self === undefined || passesFreely(self.group, state)
        ? [box]
        : intersectSets([box], self.outbound.accepted);
    const crossed = self === undefined ? [] : groupCrossing(self.group, self.outbound, state);
    if (allowed.length === 0) return [{ ...nowhere(box), crossed }];
    return allowed.flatMap((each) => {
      const inside = this.publicMembers
        .filter(({ station }) => station.key !== node.key)
        .flatMap((member) => {
          const destination = intersect(each.destination, member.addresses);
          return isEmpty(destination) ? [] : this.#inbound(member, { ...each, destination }, state);
        });
      const destination = subtract(each.destination, this.#taken);
      const outside = isEmpty(destination) ? [] : [onward(towards(each, destination), { kind: "internet" })];
      return [...inside, ...outside].map((one) => ({ ...one, crossed: [...crossed, ...one.crossed] }));
    });
  }

  #inbound(member: PublicMember, box: Box, state: State): readonly Onward[] {
    const { station, interface: incoming, group, inbound } = member;
    const crossed = groupCrossing(group, inbound, state);
    const passing = passesFreely(group, state) ? [box] : intersectSets([box], inbound.accepted);
    if (passing.length === 0) return [{ ...nowhere(box), crossed }];
    return passing.map((each) => ({ ...onward(each, { kind: "station", station, incoming }), crossed }));
  }

  #router(vpc: Vpc, doubt: string | undefined): Router {
    const { family, everything } = this.space;
    const acl = compileAcl(vpc.acls[family], this.space);
    const connected = this.#network.vpcs.filter(
      ({ key, connectedTo }) =>
        key === vpc.key || vpc.connectedTo.includes(key) || connectedTo.includes(vpc.key),
    );
    const networks = this.#network.privateNetworks.filter((each) =>
      connected.some(({ key }) => key === each.vpc),
    );
    const routes: PrefixRoute<RouterTarget>[] = [
      ...networks.flatMap((network) =>
        network.prefixes.map((prefix) => ({ prefix, to: { kind: "network", network } as const })),
      ),
      ...vpc.routes.map(({ destination, nextHop }) => ({
        prefix: destination,
        to: { kind: "next-hop", address: nextHop } as const,
      })),
    ].filter(({ prefix }) => familyOf(prefix) === family);
    return {
      vpc,
      acl,
      accepted: acceptedBy(acl, everything),
      doubt,
      routes: byLongestPrefix(routes, this.space),
    };
  }
}

function answersOf(leg: Leg, space: AddressSpace): Intervals {
  const all = [...leg.addresses.map(withoutPrefix), ...leg.virtualAddresses];
  return unite(...all.map((address) => space.of(address)));
}

function aclCrossing({ vpc, acl }: Router, family: 4 | 6): Crossing {
  return { layer: "acl", resource: (vpc.acls[family].origin ?? vpc.origin).resource, filter: acl };
}

function toMember({ station, leg }: Member, box: Box): Onward {
  return onward(box, { kind: "station", station, incoming: leg.interface });
}

function onward(box: Box, to: Onward["to"]): Onward {
  return { box, to, crossed: [], doubt: undefined };
}

/** The very box when it is for nothing else. */
function towards(box: Box, destination: Intervals): Box {
  return destination === box.destination ? box : { ...box, destination };
}

function nowhere(box: Box): Onward {
  return onward(box, { kind: "nowhere" });
}
