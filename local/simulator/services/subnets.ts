import { createHash, randomUUID } from "node:crypto";
import ipaddr from "ipaddr.js";
import { invalidArgument } from "../core/errors.ts";
import type { World } from "../core/world.ts";
import type { Resource } from "../store/store.ts";

export interface Subnet {
  readonly id: string;
  readonly created_at: string;
  readonly updated_at: string;
  /** CIDR. */
  readonly subnet: string;
  readonly project_id: string;
  readonly private_network_id: string;
  readonly vpc_id: string;
  readonly region: string;
}

/** Unsigned number of an IPv4 address. */
export function ipv4Number(address: string): number {
  return ipaddr.IPv4.parse(address)
    .toByteArray()
    .reduce((sum, byte) => sum * 256 + byte, 0);
}

export function ipv4Text(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

/** First and last number of an IPv4 CIDR. */
export function ipv4Range(cidr: string): { first: number; last: number; prefix: number } {
  const [address = "", length = ""] = cidr.split("/");
  const prefix = Number(length);
  const size = 2 ** (32 - prefix);
  const first = Math.floor(ipv4Number(address) / size) * size;
  return { first, last: first + size - 1, prefix };
}

export function isIpv6(address: string): boolean {
  return address.includes(":");
}

/** Where automatic subnets come from: first the /22s of 172.16.0.0/14 (recorded), then 10.0.0.0/8 when they are used up. */
const automaticPools = ["172.16.0.0/14", "10.0.0.0/8"].map(ipv4Range);
const automaticSize = 2 ** (32 - 22);

function problem(index: number, help: string) {
  return invalidArgument(`subnets[${index}]`, help, "unknown");
}

function givenIpv4(world: World, network: Resource, cidr: string, index: number): string {
  const { first, last, prefix } = ipv4Range(cidr);
  if (prefix < 20 || prefix > 29) throw problem(index, 'prefix: {"max": 20, "min": 29}');
  if (ipv4Text(first) !== cidr.split("/")[0]) throw problem(index, "host bits are set");
  if (ipaddr.parse(ipv4Text(first)).range() !== "private") throw problem(index, "not a private range");
  if (!world.bookings.take(pool(network), first, last, network.id))
    throw problem(index, "subnet_overlaps_in_project: {}");
  return cidr;
}

function givenIpv6(cidr: string, index: number): string {
  const [address, prefix] = ipaddr.IPv6.parseCIDR(cidr);
  if (prefix !== 64) throw problem(index, 'prefix: {"max": 64, "min": 64}');
  return `${address.toString()}/64`;
}

/** Subnets do not overlap within a project and region. */
function pool(network: Resource): string {
  return `subnets ${network.project} ${network.locality}`;
}

function automaticIpv4(world: World, network: Resource): string {
  for (const { first, last } of automaticPools) {
    const at = world.bookings.next(pool(network), first, last, automaticSize, network.id);
    if (at !== undefined) return `${ipv4Text(at)}/22`;
  }
  throw problem(0, "no free subnet is left");
}

/** A /64 of the project's own /48, as unique local addresses are handed out. */
function automaticIpv6(world: World, network: Resource): string {
  const prefix = createHash("sha256").update(network.project).digest("hex").slice(0, 10);
  const number = world.store.next(`ipv6 subnets ${network.project}`);
  const net = createHash("sha256").update(`${network.project} ${number}`).digest("hex").slice(0, 4);
  const groups = [
    `fd${prefix.slice(0, 2)}`,
    prefix.slice(2, 6),
    prefix.slice(6, 10),
    net,
    "0",
    "0",
    "0",
    "0",
  ];
  return `${ipaddr.IPv6.parse(groups.join(":")).toString()}/64`;
}

/**
 * The subnets of a new private network, IPv4 first: those asked for, and an automatic one for each family not asked.
 * @throws 400 for a prefix out of /20../29, an overlap within the project, two of one family
 */
export function makeSubnets(
  world: World,
  network: Resource,
  asked: readonly string[],
  now: string,
): Subnet[] {
  const found: { ipv4?: string; ipv6?: string } = {};
  asked.forEach((cidr, index) => {
    if (!ipaddr.isValidCIDR(cidr)) throw invalidArgument(`subnets[${index}]`, "not a CIDR", "format");
    const family = isIpv6(cidr) ? "ipv6" : "ipv4";
    if (found[family] !== undefined) throw problem(index, `a second ${family} subnet`);
    found[family] = family === "ipv6" ? givenIpv6(cidr, index) : givenIpv4(world, network, cidr, index);
  });
  const cidrs = [found.ipv4 ?? automaticIpv4(world, network), found.ipv6 ?? automaticIpv6(world, network)];
  return cidrs.map((subnet) => ({
    id: randomUUID(),
    created_at: now,
    updated_at: now,
    subnet,
    project_id: network.project,
    private_network_id: network.id,
    vpc_id: network.parent,
    region: network.locality,
  }));
}
