/** Where one packet gets to: every machine, link and router tried in turn, with nothing shared and nothing clever. */
import type { Network, Node, SecurityGroup } from "../../../../model/proof/network.ts";
import { throughHook } from "./kernel.ts";
import { isIn, lengthOf, numberOf, type Packet, textOf, withoutLength } from "./packet.ts";

/** `<node> <packet>` for each that takes it, `internet <packet>` for what leaves. */
export type Deliveries = ReadonlySet<string>;

interface At {
  readonly node: Node;
  readonly incoming: string;
  readonly packet: Packet;
}

export class Oracle {
  readonly #network: Network;
  readonly #found = new Set<string>();
  readonly #seen = new Set<string>();

  constructor(network: Network) {
    this.#network = network;
  }

  /** A packet that a lost host of a private network puts on any of its legs, or by its public interface: bare metal by its rules alone. */
  fromPrivateNetwork(key: string, senders: readonly Node[], packet: Packet): Deliveries {
    const networks = new Set(senders.flatMap(({ legs }) => legs.flatMap((leg) => leg.privateNetwork ?? [])));
    for (const each of networks) {
      for (const node of this.#network.nodes) {
        if (senders.length === 1 && senders[0] === node) continue;
        for (const leg of node.legs) {
          if (leg.privateNetwork === each) this.#arrive({ node, incoming: leg.interface, packet });
        }
      }
      this.#router(each, packet);
    }
    for (const node of senders) {
      if (!node.legs.some((leg) => leg.privateNetwork === key)) continue;
      if (node.kind === "instance" && node.publicInterface !== undefined) {
        if (hasPublic(node, packet)) this.#public(node, packet);
        continue;
      }
      for (const { interface: outgoing } of routesFor(node, packet, undefined)) {
        if (outgoing !== node.publicInterface?.interface) continue;
        const sent = this.#out(node, "output", undefined, outgoing, packet);
        if (sent !== undefined) this.#public(node, sent);
      }
    }
    return this.#found;
  }

  fromInternet(packet: Packet): Deliveries {
    for (const node of this.#network.nodes) {
      if (!hasPublic(node, packet)) continue;
      if (node.kind === "bare-metal" || isOwnPublic(node, packet)) this.#inbound(node, packet);
    }
    return this.#found;
  }

  #arrive({ node, incoming, packet }: At): void {
    const state = `${node.key} ${incoming} ${textOf(packet)}`;
    if (this.#seen.has(state)) return;
    this.#seen.add(state);
    if (node.kind === "load-balancer" || node.kind === "gateway") {
      this.#translator(node, incoming, packet);
      return;
    }
    const isPublic = node.publicInterface?.interface === incoming;
    if (!isPublic && !node.speaks[packet.family]) return;
    const before = throughHook(packet, { node, hook: "prerouting", incoming, outgoing: undefined });
    if (before === undefined) return;
    if (addressesOf(node).some((each) => isIn(before.destination, before.family, each))) {
      const taken = throughHook(before, { node, hook: "input", incoming, outgoing: undefined });
      if (taken !== undefined) this.#found.add(`${node.key} ${textOf(taken)}`);
      return;
    }
    if (!node.forwards[packet.family]) return;
    for (const { interface: outgoing, gateway } of routesFor(node, before, incoming)) {
      if (outgoing !== node.publicInterface?.interface && !node.speaks[packet.family]) continue;
      const sent = this.#out(node, "forward", incoming, outgoing, before);
      if (sent !== undefined) this.#leave(node, outgoing, gateway, sent);
    }
  }

  #out(
    node: Node,
    hook: string,
    incoming: string | undefined,
    outgoing: string,
    packet: Packet,
  ): Packet | undefined {
    const through = throughHook(packet, { node, hook, incoming, outgoing });
    return through && throughHook(through, { node, hook: "postrouting", incoming, outgoing });
  }

  #leave(node: Node, outgoing: string, gateway: string | undefined, packet: Packet): void {
    const leg = node.legs.find((each) => each.interface === outgoing);
    if (leg === undefined) this.#public(node, packet);
    else if (leg.privateNetwork === undefined) {
      if (leg.beyond.some((prefix) => isIn(packet.destination, packet.family, prefix)))
        this.#found.add(`${outgoing} ${textOf(packet)}`);
    } else if (gateway === undefined) this.#link(leg.privateNetwork, packet.destination, packet, node);
    else if (!this.#link(leg.privateNetwork, numberOf(gateway), packet, node))
      this.#router(leg.privateNetwork, packet);
  }

  /** To whoever answers for an address on a private network. */
  #link(key: string, address: bigint, packet: Packet, sender: Node | undefined): boolean {
    let answered = false;
    for (const node of this.#network.nodes) {
      if (node === sender) continue;
      for (const leg of node.legs) {
        const answers = [...leg.addresses.map(withoutLength), ...leg.virtualAddresses];
        if (leg.privateNetwork !== key || !answers.some((each) => isIn(address, packet.family, each)))
          continue;
        answered = true;
        this.#arrive({ node, incoming: leg.interface, packet });
      }
    }
    return answered;
  }

  #router(key: string, packet: Packet): void {
    const { vpcs, privateNetworks } = this.#network;
    const vpc = vpcs.find((each) => each.key === privateNetworks.find((network) => network.key === key)?.vpc);
    if (vpc === undefined) return;
    const joined = vpcs.filter(
      (each) => each === vpc || vpc.connectedTo.includes(each.key) || each.connectedTo.includes(vpc.key),
    );
    const routes = [
      ...privateNetworks
        .filter((network) => joined.some((each) => each.key === network.vpc))
        .flatMap((network) => network.prefixes.map((prefix) => ({ prefix, network, nextHop: undefined }))),
      ...vpc.routes.map(({ destination, nextHop }) => ({ prefix: destination, network: undefined, nextHop })),
    ];
    for (const { network, nextHop } of longest(routes, packet)) {
      if (network?.key === key) continue;
      const other = vpcs.find((each) => each.key === network?.vpc) ?? vpc;
      if (![vpc, other].every((each) => isAccepted(each.acls[packet.family], packet))) continue;
      if (network !== undefined) this.#link(network.key, packet.destination, packet, undefined);
      else if (nextHop !== undefined)
        for (const each of privateNetworks) {
          if (each.vpc === vpc.key) this.#link(each.key, numberOf(nextHop), packet, undefined);
        }
    }
  }

  #public(node: Node, packet: Packet): void {
    const group = hasPublic(node, packet) ? node.publicInterface?.securityGroup : undefined;
    if (!isLet(group, "outbound", packet)) return;
    const owners = this.#network.nodes.filter((each) => isOwnPublic(each, packet));
    for (const owner of owners) if (owner !== node) this.#inbound(owner, packet);
    if (owners.length === 0) this.#found.add(`internet ${textOf(packet)}`);
  }

  #inbound(node: Node, packet: Packet): void {
    const outside = node.publicInterface;
    if (outside === undefined || !isLet(outside.securityGroup, "inbound", packet)) return;
    this.#arrive({ node, incoming: outside.interface, packet });
  }

  /** Only what its listeners take; a balanced connection begins anew from any port of the balancer's. */
  #translator(node: Node, incoming: string, packet: Packet): void {
    const leg = node.legs.find((each) => each.interface === incoming);
    const from = leg?.privateNetwork ?? (node.publicInterface?.interface === incoming ? "internet" : "");
    const mine = addressesOf(node).some((each) => isIn(packet.destination, packet.family, each));
    const inside = this.#network.privateNetworks.some(({ prefixes }) =>
      prefixes.some((prefix) => isIn(packet.destination, packet.family, prefix)),
    );
    for (const { kind, protocol, listen, targets } of node.translations) {
      const [first, last] = listen.ports;
      const number = { tcp: 6, udp: 17, any: packet.protocol }[protocol];
      if (listen.from !== from || packet.protocol !== number) continue;
      if (packet.destinationPort < first || packet.destinationPort > last) continue;
      if (kind === "masquerade") {
        const own = node.publicInterface?.addresses.find((each) => isIn(numberOf(each), packet.family, each));
        if (mine || inside || own === undefined || own.includes(":") !== (packet.family === 6)) continue;
        this.#public(node, { ...packet, source: numberOf(own) });
      } else if (mine) {
        for (const target of targets) this.#balance(node, target.address, target.ports[0], packet);
      }
    }
  }

  #balance(node: Node, address: string, port: number, packet: Packet): void {
    if (address.includes(":") !== (packet.family === 6)) return;
    for (const leg of node.legs) {
      const own = leg.addresses.find((each) => each.includes(":") === (packet.family === 6));
      const network = this.#network.privateNetworks.find(({ key }) => key === leg.privateNetwork);
      const near = network?.prefixes.some((prefix) => isIn(numberOf(address), packet.family, prefix));
      if (own === undefined || near !== true) continue;
      const source = numberOf(withoutLength(own));
      this.#link(
        leg.privateNetwork as string,
        numberOf(address),
        { ...packet, source, destination: numberOf(address), destinationPort: port },
        node,
      );
    }
  }
}

function addressesOf(node: Node): string[] {
  return [
    ...node.legs.flatMap((leg) => [...leg.addresses, ...leg.virtualAddresses]),
    ...(node.publicInterface?.addresses ?? []),
  ].map(withoutLength);
}

function hasPublic(node: Node, { family }: Packet): boolean {
  return node.publicInterface?.addresses.some((each) => each.includes(":") === (family === 6)) === true;
}

function isOwnPublic(node: Node, packet: Packet): boolean {
  return (
    node.publicInterface?.addresses.some((each) =>
      isIn(packet.destination, packet.family, withoutLength(each)),
    ) === true
  );
}

function routesFor(
  node: Node,
  packet: Packet,
  incoming: string | undefined,
): readonly { readonly interface: string; readonly gateway: string | undefined }[] {
  const given = node.routes.map((route) => ({ ...route, prefix: route.destination }));
  const special = longest(
    given.filter((route) => route.incoming !== undefined && route.incoming === incoming),
    packet,
  );
  if (special.length > 0) return special;
  const connected = node.legs.flatMap((leg) =>
    [
      ...(node.speaks[packet.family] ? leg.addresses : []),
      ...(leg.privateNetwork === undefined ? leg.beyond : []),
    ].map((prefix) => ({ prefix, interface: leg.interface, gateway: undefined })),
  );
  return longest([...connected, ...given.filter((route) => route.incoming === undefined)], packet);
}

function longest<T extends { readonly prefix: string }>(routes: readonly T[], packet: Packet): readonly T[] {
  const fitting = routes.filter(({ prefix }) => isIn(packet.destination, packet.family, prefix));
  const most = Math.max(...fitting.map(({ prefix }) => lengthOf(prefix)));
  return fitting.filter(({ prefix }) => lengthOf(prefix) === most);
}

interface PortRule {
  readonly protocol: "any" | "tcp" | "udp" | "icmp";
}

function fitsPorts(
  { protocol }: PortRule,
  packet: Packet,
  source: readonly number[],
  destination: readonly number[],
): boolean {
  if (protocol === "icmp") return packet.protocol === (packet.family === 4 ? 1 : 58);
  const open = [source, destination].every(([low, high]) => low === 0 && high === 65_535);
  if (protocol === "any" && open) return true;
  const numbers = { any: [6, 17], tcp: [6], udp: [17] }[protocol];
  const within = (port: number, [low = 0, high = 0]: readonly number[]): boolean =>
    low <= port && port <= high;
  return (
    numbers.includes(packet.protocol) &&
    within(packet.sourcePort, source) &&
    within(packet.destinationPort, destination)
  );
}

function isAccepted(acl: Network["vpcs"][number]["acls"][4], packet: Packet): boolean {
  const rule = acl.rules.find(
    (each) =>
      isIn(packet.source, packet.family, each.source) &&
      isIn(packet.destination, packet.family, each.destination) &&
      fitsPorts(each, packet, each.sourcePorts, each.destinationPorts),
  );
  return (rule?.action ?? acl.defaultPolicy) === "accept";
}

function isLet(group: SecurityGroup | undefined, side: "inbound" | "outbound", packet: Packet): boolean {
  if (group === undefined) return true;
  const remote = side === "inbound" ? packet.source : packet.destination;
  const rule = group[side].rules.find(
    (each) => isIn(remote, packet.family, each.remote) && fitsPorts(each, packet, [0, 65_535], each.ports),
  );
  return (rule?.action ?? group[side].defaultPolicy) === "accept";
}
