import type { Host } from "./host.ts";
import {
  attachmentOf,
  findLink,
  holderOf,
  hostPart,
  type Link,
  type Route,
  routeTo,
  sourceOn,
} from "./network/network-state.ts";
import { decide, type HookDecision } from "./nftables/evaluate.ts";
import type { ForwardingBase } from "./nftables/keys.ts";
import type { Packet } from "./nftables/packet.ts";
import type { Hook } from "./nftables/ruleset.ts";
import { securityGroupAllows } from "./security-group.ts";

/** What to try: an ICMP echo, a TCP connection or one packet of another protocol. */
export interface Probe {
  protocol: "tcp" | "udp" | "icmp" | "vrrp";
  address: string;
  port: number | undefined;
  /** The sender's address when it matters (VRRP, a client outside); else chosen by its routes. */
  source?: string;
}

/** One decision on a packet's way. */
export interface Hop {
  host: string;
  at: string;
  verdict: "accept" | "drop" | "reject";
  by: string;
}

/** Who answered. */
export interface Server {
  machineId: string;
  name: string;
  zone: string;
  unit: string;
  port: number;
  /** The client's address as the server sees it. */
  client: string;
}

/** Whether a probe arrives and its answer comes back, by which decisions. */
export type Reach =
  | { arrives: true; server: Server; hops: Hop[]; stillAnswers: () => Promise<boolean> }
  | { arrives: false; refused: boolean; reason: string; hops: Hop[] };

/** All hosts that run, sorted by id. */
export interface Population {
  running(): readonly Host[];
}

interface Flow {
  hops: Hop[];
  /** What each host's connection tracking holds of this connection: the packet as it came and as it left. */
  tracked: Map<string, { arrived: Packet; left: Packet }>;
}

type Delivery = { to: Host; packet: Packet } | { outside: true; packet: Packet };

class Lost extends Error {
  readonly refused: boolean;
  constructor(reason: string, refused = false) {
    super(reason);
    this.refused = refused;
  }
}

const mostHops = 16;
/** What hosts see as the address of a client that dials from this machine's own loopback (TEST-NET-3, RFC 5737). */
const outsideClient = "203.0.113.1";

/** Walks single packets over the simulated internet and private networks, by each host's own configuration. */
export class Fabric {
  private readonly population: Population;

  constructor(population: Population) {
    this.population = population;
  }

  /** Tries a probe from a host, or from the internet outside when `from` is undefined. */
  async reach(from: Host | undefined, probe: Probe): Promise<Reach> {
    const flow: Flow = { hops: [], tracked: new Map() };
    try {
      const delivery = await this.send(from, this.packetOf(from, probe), flow);
      if (!("to" in delivery)) throw new Lost(`${probe.address} is outside the simulated world`);
      const { to, packet } = delivery;
      const unit = await this.unitAnswering(to, packet);
      const answer = replyTo(packet);
      const stillAnswers = async (): Promise<boolean> => {
        const again: Flow = { hops: [], tracked: flow.tracked };
        if (!to.up || (from && !from.up)) return false;
        return this.answer(to, answer, again, from).then(
          () => true,
          () => false,
        );
      };
      if (probe.protocol !== "vrrp") await this.answer(to, answer, flow, from);
      const { id: machineId, name, zone } = to.machine;
      const server = { machineId, name, zone, unit, port: packet.dport ?? 0, client: packet.saddr };
      return { arrives: true, server, hops: flow.hops, stillAnswers };
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      return { arrives: false, refused: error.refused, reason: error.message, hops: flow.hops };
    }
  }

  private packetOf(from: Host | undefined, probe: Probe): Packet {
    const packet: Packet = {
      family: probe.address.includes(":") ? "ip6" : "ip",
      saddr: probe.source ?? (from ? this.sourceFor(from, probe.address) : outsideClient),
      daddr: probe.address,
      protocol: probe.protocol === "icmp" && probe.address.includes(":") ? "ipv6-icmp" : probe.protocol,
      state: "new",
      direction: "original",
      mark: 0,
      connectionMark: 0,
    };
    if (probe.protocol === "icmp") packet.icmpType = "echo-request";
    if (probe.port !== undefined) {
      packet.dport = probe.port;
      packet.sport = 40_000;
    }
    return packet;
  }

  private sourceFor(from: Host, address: string): string {
    if (holderOf(from.network, address)) return address;
    const route = routeTo(from.network, address);
    const link = route && findLink(from.network, route.link);
    const source = link && sourceOn(link, address.includes(":") ? "ip6" : "ip");
    if (source === undefined)
      throw new Lost(`${from.machine.name}: network is unreachable (no route to ${address})`);
    return source;
  }

  private async unitAnswering(host: Host, packet: Packet): Promise<string> {
    if (packet.protocol !== "tcp" && packet.protocol !== "udp") return "kernel";
    const listener = (await host.listeners()).find(
      ({ protocol, port, address }) =>
        protocol === packet.protocol &&
        port === packet.dport &&
        (address === undefined || address === packet.daddr),
    );
    if (!listener)
      throw new Lost(`${host.machine.name}: nothing listens on ${packet.protocol}/${packet.dport}`, true);
    return listener.unit;
  }

  private async answer(from: Host, packet: Packet, flow: Flow, to: Host | undefined): Promise<void> {
    const delivery = await this.send(from, packet, flow);
    const arrived = "to" in delivery ? delivery.to === to : to === undefined;
    if (!arrived)
      throw new Lost(`the answer to ${packet.daddr} does not come back to where the question came from`);
  }

  private check(flow: Flow, host: Host, hook: Hook, packet: Packet): HookDecision {
    const decision = decide(host.rules.compiled, hook, packet, forwardingBase(host));
    flow.hops.push({ host: host.machine.name, at: hook, verdict: decision.verdict, by: decision.by });
    if (decision.verdict !== "accept") {
      throw new Lost(
        `${host.machine.name}: ${hook} ${decision.verdict} by ${decision.by}`,
        decision.verdict === "reject",
      );
    }
    return decision;
  }

  /** A packet leaves its sender: a host by its routes, or the internet towards a public address. */
  private async send(from: Host | undefined, packet: Packet, flow: Flow): Promise<Delivery> {
    if (!from) return this.overInternet(undefined, packet, flow, 0);
    const { network } = from;
    if (holderOf(network, packet.daddr)) {
      const local = { ...packet, oifname: "lo" };
      this.check(flow, from, "output", local);
      const { oifname: _oifname, ...arrived } = local;
      this.check(flow, from, "input", { ...arrived, iifname: "lo" });
      flow.tracked.set(from.id, { arrived: packet, left: packet });
      return { to: from, packet };
    }
    const route = routeTo(network, packet.daddr);
    if (!route) throw new Lost(`${from.machine.name}: network is unreachable (no route to ${packet.daddr})`);
    const out = { ...packet, oifname: route.link };
    this.check(flow, from, "output", out);
    const left = this.translateSource(flow, from, out, route);
    if (packet.direction === "original") flow.tracked.set(from.id, { arrived: packet, left });
    return this.transmit(from, route, left, flow, 0);
  }

  /** Postrouting: the last rules of a host, and the rewriting of sources. */
  private translateSource(flow: Flow, host: Host, packet: Packet, route: Route): Packet {
    const { translation } = this.check(flow, host, "postrouting", packet);
    if (translation?.kind !== "snat" && translation?.kind !== "masquerade") return packet;
    const link = findLink(host.network, route.link);
    const source = translation.address ?? (link && sourceOn(link, packet.family));
    return source === undefined ? packet : { ...packet, saddr: source };
  }

  private async transmit(
    host: Host,
    route: Route,
    packet: Packet,
    flow: Flow,
    hops: number,
  ): Promise<Delivery> {
    const link = findLink(host.network, route.link);
    if (!link) throw new Lost(`${host.machine.name}: link ${route.link} is gone`);
    const attachment = attachmentOf(host.machine, host.network, link);
    const { oifname: _oifname, iifname: _iifname, ...bare } = packet;
    if (attachment.kind === "none") throw new Lost(`${host.machine.name}: ${attachment.why}`);
    if (attachment.kind === "public") return this.overInternet(host, bare, flow, hops);
    const nextHop = route.gateway ?? packet.daddr;
    const { leg } = attachment;
    const neighbours = this.holdersOn(leg.privateNetworkId, nextHop).filter(
      ({ host: holder }) => holder !== host,
    );
    const [neighbour] = neighbours;
    if (!neighbour) throw new Lost(`${host.machine.name}: nobody answers for ${nextHop} on ${link.name}`);
    if (neighbours.length > 1) {
      throw new Lost(
        `${nextHop} is held by ${neighbours.map(({ host: holder }) => holder.machine.name).join(" and ")} at once`,
      );
    }
    const pinned = host.network.neighbours.find(
      (entry) => entry.link === link.name && entry.address === nextHop && entry.state === "PERMANENT",
    );
    if (pinned && pinned.mac !== neighbour.link.mac.toLowerCase()) {
      throw new Lost(
        `${host.machine.name}: ${nextHop} is pinned to ${pinned.mac}, held by ${neighbour.link.mac}`,
      );
    }
    return this.receive(neighbour.host, neighbour.link, bare, flow, hops + 1);
  }

  /** Hosts that hold an address on a link that truly leads to a private network. */
  holdersOn(privateNetworkId: string, address: string): { host: Host; link: Link }[] {
    return this.population.running().flatMap((host) =>
      host.network.links
        .filter((link) => link.addresses.some((held) => hostPart(held.address) === address))
        .filter((link) => {
          const attachment = attachmentOf(host.machine, host.network, link);
          return attachment.kind === "private" && attachment.leg.privateNetworkId === privateNetworkId;
        })
        .map((link) => ({ host, link })),
    );
  }

  private async overInternet(
    sender: Host | undefined,
    packet: Packet,
    flow: Flow,
    hops: number,
  ): Promise<Delivery> {
    const isReply = packet.direction === "reply";
    if (sender) {
      const { machine } = sender;
      if (!machine.publicAddresses.includes(packet.saddr)) {
        throw new Lost(
          `${machine.name}: the public network drops packets from ${packet.saddr}, which is not the machine's`,
        );
      }
      const verdict = securityGroupAllows(machine.securityGroup, "outbound", packet, isReply);
      flow.hops.push({ host: machine.name, at: "security group outbound", ...verdict });
      if (verdict.verdict !== "accept") throw new Lost(`${machine.name}: ${verdict.by}`);
    }
    const target = this.population
      .running()
      .find((host) => host.machine.publicAddresses.includes(packet.daddr));
    if (!target) {
      if (isReply) return { outside: true, packet };
      throw new Lost(`nobody answers for ${packet.daddr} on the internet`);
    }
    const verdict = securityGroupAllows(target.machine.securityGroup, "inbound", packet, isReply);
    flow.hops.push({ host: target.machine.name, at: "security group inbound", ...verdict });
    if (verdict.verdict !== "accept") throw new Lost(`${target.machine.name}: ${verdict.by}`);
    const link = target.network.links.find(
      (candidate) => attachmentOf(target.machine, target.network, candidate).kind === "public",
    );
    if (!link) throw new Lost(`${target.machine.name}: its public interface is down`);
    return this.receive(target, link, packet, flow, hops + 1);
  }

  private async receive(host: Host, link: Link, packet: Packet, flow: Flow, hops: number): Promise<Delivery> {
    if (hops > mostHops)
      throw new Lost(`the packet to ${packet.daddr} goes round in circles (${mostHops} hops)`);
    if (packet.family === "ip6" && (await host.setting(`net/ipv6/conf/${link.name}/disable_ipv6`)) === "1") {
      throw new Lost(`${host.machine.name}: IPv6 is off on ${link.name}`);
    }
    await this.checkReversePath(host, link, packet);
    const entry = flow.tracked.get(host.id);
    let inside: Packet = { ...packet, iifname: link.name };
    if (packet.direction === "reply") inside = undoTranslation(inside, entry);
    const arrived = { ...inside };
    const { translation } = this.check(flow, host, "prerouting", inside);
    if (translation?.kind === "dnat" && translation.address !== undefined) {
      inside = { ...inside, daddr: translation.address };
      if (translation.port !== undefined) inside.dport = translation.port;
    }
    if (holderOf(host.network, inside.daddr)) {
      this.check(flow, host, "input", inside);
      if (packet.direction === "original") flow.tracked.set(host.id, { arrived, left: inside });
      return { to: host, packet: inside };
    }
    if ((await host.setting("net/ipv4/ip_forward")) !== "1" || inside.family === "ip6") {
      throw new Lost(
        `${host.machine.name}: does not forward (net.ipv4.ip_forward), and ${inside.daddr} is not its own`,
      );
    }
    const route = routeTo(host.network, inside.daddr);
    if (!route) throw new Lost(`${host.machine.name}: no route to ${inside.daddr}`);
    const forwarded = { ...inside, oifname: route.link };
    this.check(flow, host, "forward", forwarded);
    let left = this.translateSource(flow, host, forwarded, route);
    if (packet.direction === "original") flow.tracked.set(host.id, { arrived, left });
    // The answer leaves with the address that the question was sent to, not with the one it was translated to.
    else if (entry && entry.arrived.daddr !== entry.left.daddr)
      left = { ...left, saddr: entry.arrived.daddr };
    return this.transmit(host, route, left, flow, hops);
  }

  private async checkReversePath(host: Host, link: Link, packet: Packet): Promise<void> {
    const modes = await Promise.all(
      ["all", link.name].map((name) => host.setting(`net/ipv4/conf/${name}/rp_filter`)),
    );
    const mode = Math.max(...modes.map(Number));
    if (packet.family !== "ip" || mode === 0) return;
    const back = routeTo(host.network, packet.saddr);
    if (!back || (mode === 1 && back.link !== link.name)) {
      throw new Lost(`${host.machine.name}: rp_filter drops ${packet.saddr} on ${link.name}`);
    }
  }
}

function replyTo(packet: Packet): Packet {
  const { iifname: _iifname, oifname: _oifname, sport, dport, ...rest } = packet;
  const reply: Packet = {
    ...rest,
    saddr: packet.daddr,
    daddr: packet.saddr,
    state: "established",
    direction: "reply",
  };
  if (dport !== undefined) reply.sport = dport;
  if (sport !== undefined) reply.dport = sport;
  if (packet.icmpType !== undefined) reply.icmpType = "echo-reply";
  return reply;
}

/** An answer at a host that tracks its connection is established, and goes to whom asked; elsewhere it is invalid. */
function undoTranslation(packet: Packet, entry: { arrived: Packet; left: Packet } | undefined): Packet {
  if (!entry || entry.left.daddr !== packet.saddr || entry.left.saddr !== packet.daddr) {
    return { ...packet, state: "invalid" };
  }
  return { ...packet, state: "established", daddr: entry.arrived.saddr };
}

function forwardingBase(host: Host): ForwardingBase {
  return {
    route: (address, through) => {
      if (holderOf(host.network, address))
        return through === undefined || through === "lo" ? "lo" : undefined;
      return routeTo(host.network, address, through)?.link;
    },
    addressType: (address) => (holderOf(host.network, address) ? "local" : "unicast"),
  };
}
