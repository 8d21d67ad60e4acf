import type { Leg, Machine } from "../../machines.ts";
import { inCidr, parseAddress, prefixBounds } from "../nftables/packet.ts";

/** Who put an address or a route there: it decides who may take it away. */
export type Origin = "kernel" | "networkd" | "dhcp" | "manual" | "vrrp";

export interface LinkAddress {
  /** CIDR form. */
  address: string;
  origin: Origin;
}

export interface Link {
  name: string;
  kind: "loopback" | "physical" | "vlan" | "dummy";
  mac: string;
  up: boolean;
  mtu: number;
  /** VLAN links only: the link they are on, and their 802.1Q number. */
  parent?: string;
  vlan?: number;
  addresses: LinkAddress[];
}

export interface Route {
  /** CIDR form; 0.0.0.0/0 or ::/0 for default routes. */
  destination: string;
  gateway?: string;
  link: string;
  metric: number;
  origin: Origin;
}

export interface Neighbour {
  address: string;
  mac: string;
  link: string;
  state: "PERMANENT" | "REACHABLE";
}

/** What the kernel of one host knows of its network. Plain data, kept as JSON within a boot. */
export interface NetworkState {
  links: Link[];
  routes: Route[];
  neighbours: Neighbour[];
}

/** Where a link leads: the internet, a private network, or nowhere. */
export type Attachment = { kind: "public" } | { kind: "private"; leg: Leg } | { kind: "none"; why: string };

export function bareNetwork(): NetworkState {
  const loopback: Link = {
    name: "lo",
    kind: "loopback",
    mac: "00:00:00:00:00:00",
    up: true,
    mtu: 65_536,
    addresses: [],
  };
  loopback.addresses.push(
    { address: "127.0.0.1/8", origin: "kernel" },
    { address: "::1/128", origin: "kernel" },
  );
  return { links: [loopback], routes: [], neighbours: [] };
}

export function findLink(state: NetworkState, name: string): Link | undefined {
  return state.links.find((link) => link.name === name);
}

/** Address part of a CIDR. */
export function hostPart(cidr: string): string {
  return cidr.split("/")[0] ?? cidr;
}

/** The MAC of a machine's public interface: locally administered, derived from its id, the same for ever. */
export function publicMac(machine: Machine): string {
  const digits = machine.id.replaceAll("-", "").slice(0, 10).padEnd(10, "0");
  return ["de", ...(digits.match(/../g) ?? [])].join(":").toLowerCase();
}

/**
 * Where a link of a machine leads. A bare-metal server reaches a private network only over a VLAN link on its one
 * physical interface with exactly the number that the API gave this server for that network.
 */
export function attachmentOf(machine: Machine, state: NetworkState, link: Link): Attachment {
  if (!link.up) return { kind: "none", why: `${link.name} is down` };
  if (link.kind === "physical") {
    if (link.mac === publicMac(machine)) return { kind: "public" };
    const leg = machine.legs.find((candidate) => machine.kind === "instance" && candidate.mac === link.mac);
    return leg ? { kind: "private", leg } : { kind: "none", why: `${link.name} is attached to nothing` };
  }
  if (link.kind === "vlan" && machine.kind === "bare-metal") {
    const parent = findLink(state, link.parent ?? "");
    if (!parent?.up || parent.kind !== "physical")
      return { kind: "none", why: `${link.name} has no link below it` };
    const leg = machine.legs.find(
      (candidate) => candidate.vlan !== undefined && candidate.vlan === link.vlan,
    );
    if (leg) return { kind: "private", leg };
    return { kind: "none", why: `VLAN ${link.vlan} of ${link.name} is no private network of this server` };
  }
  return { kind: "none", why: `${link.name} leads nowhere` };
}

/** Network part of an interface address: 10.0.0.7/24 gives 10.0.0.0/24. */
export function subnetOf(cidr: string): string {
  const length = Number(cidr.split("/")[1] ?? (cidr.includes(":") ? 128 : 32));
  const address = parseAddress(hostPart(cidr));
  const { first } = prefixBounds(address, length);
  if (address.family === "ip") {
    return `${[24n, 16n, 8n, 0n].map((shift) => (first >> shift) & 255n).join(".")}/${length}`;
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((first >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  return `${groups.join(":")}/${length}`;
}

/** Routes in use: those configured, and those the kernel makes for the subnets of addresses. Links that are down have none. */
export function activeRoutes(state: NetworkState): Route[] {
  const up = new Set(state.links.filter((link) => link.up).map((link) => link.name));
  // Loopback's 127.0.0.0/8 is left out: simulated public addresses lie in 127.64.0.0/10 and are not local.
  const networked = state.links.filter((link) => link.kind !== "loopback");
  const connected = networked.flatMap((link) =>
    link.addresses
      .filter(({ address }) => !/\/(32|128)$/.test(address))
      .map(
        ({ address }): Route => ({
          destination: subnetOf(address),
          link: link.name,
          metric: 0,
          origin: "kernel",
        }),
      ),
  );
  return [...connected, ...state.routes].filter((route) => up.has(route.link));
}

/** The route the kernel would take: longest prefix, then lowest metric. With `through`, only routes over that link. */
export function routeTo(state: NetworkState, address: string, through?: string): Route | undefined {
  let best: Route | undefined;
  const lengthOf = (route: Route): number => Number(route.destination.split("/")[1]);
  for (const route of activeRoutes(state)) {
    if (through !== undefined && route.link !== through) continue;
    if (!inCidr(address, route.destination)) continue;
    const longer = best ? lengthOf(route) - lengthOf(best) : 1;
    if (longer > 0 || (longer === 0 && route.metric < (best?.metric ?? 0))) best = route;
  }
  return best;
}

/** The link that holds an address as its own, if any. */
export function holderOf(state: NetworkState, address: string): Link | undefined {
  return state.links.find(
    (link) => link.up && link.addresses.some((held) => hostPart(held.address) === address),
  );
}

/** The address a host would send from over a link: the first of the right family, static ones before virtual ones. */
export function sourceOn(link: Link, family: "ip" | "ip6"): string | undefined {
  const fitting = link.addresses.filter(({ address }) => address.includes(":") === (family === "ip6"));
  const own = fitting.find(({ origin }) => origin !== "vrrp") ?? fitting[0];
  return own && hostPart(own.address);
}
