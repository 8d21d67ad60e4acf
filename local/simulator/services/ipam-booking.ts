import { createHash } from "node:crypto";
import ipaddr from "ipaddr.js";
import { invalidArgument, preconditionFailed } from "../core/errors.ts";
import { regionOf } from "../core/places.ts";
import { demand, type World } from "../core/world.ts";
import type { Resource } from "../store/store.ts";
import {
  type AddressBody,
  type AddressHidden,
  type AddressResource,
  attached,
  type Holder,
  hold,
  holderRole,
  letGo,
} from "./ipam.ts";
import { ipv4Number, ipv4Range, ipv4Text, isIpv6, type Subnet } from "./subnets.ts";
import type { PrivateNetworkBody } from "./vpc.ts";

interface Wanted {
  readonly ipv6: boolean;
  /** A given address; any free one when undefined. */
  readonly asked: string | undefined;
  readonly owner: string;
}

function subnetFor(network: Resource<PrivateNetworkBody>, wanted: Wanted): Subnet {
  const ipv6 = wanted.asked === undefined ? wanted.ipv6 : isIpv6(wanted.asked);
  const subnet = network.body.subnets.find((one) => isIpv6(one.subnet) === ipv6);
  if (!subnet) throw invalidArgument("source", "the private network has no subnet of this family");
  return subnet;
}

function taken(address: string): Error {
  return invalidArgument("address", `${address} is already in use or reserved`);
}

/** The first addresses of a subnet (network, router) and its last (broadcast) are never handed out. */
function bookIpv4(world: World, subnet: Subnet, wanted: Wanted): string {
  const { first, last, prefix } = ipv4Range(subnet.subnet);
  const pool = `addresses ${subnet.id}`;
  if (wanted.asked !== undefined) {
    const number = ipv4Number(wanted.asked);
    if (number < first || number > last)
      throw invalidArgument("address", `${wanted.asked} is not in ${subnet.subnet}`);
    const reserved = number < first + 2 || number === last;
    if (reserved || !world.bookings.take(pool, number, number, wanted.owner)) throw taken(wanted.asked);
    return `${wanted.asked}/${prefix}`;
  }
  const number = world.bookings.lowest(pool, first + 2, last - 1, wanted.owner);
  if (number === undefined)
    throw preconditionFailed("no_ip_available", `no address is left in ${subnet.subnet}`);
  return `${ipv4Text(number)}/${prefix}`;
}

/** The low half of an IPv6 address as a pool and a number that JavaScript holds exactly. */
function bookIpv6(world: World, subnet: Subnet, wanted: Wanted): string {
  const net = ipaddr.IPv6.parse(subnet.subnet.split("/")[0] as string);
  let address: ipaddr.IPv6;
  if (wanted.asked === undefined) {
    const low = createHash("sha256").update(wanted.owner).digest();
    address = new ipaddr.IPv6([...net.toByteArray().slice(0, 8), ...low.subarray(0, 8)]);
  } else {
    address = ipaddr.IPv6.parse(wanted.asked);
    if (!address.match(net, 64))
      throw invalidArgument("address", `${wanted.asked} is not in ${subnet.subnet}`);
  }
  const low = address.toByteArray().slice(8);
  const number = low.slice(2).reduce((sum, byte) => sum * 256 + byte, 0);
  const pool = `addresses ${subnet.id} ${low[0]}.${low[1]}`;
  if (!world.bookings.take(pool, number, number, wanted.owner)) throw taken(address.toString());
  return `${address.toString()}/64`;
}

/** Books an address of a private network. @throws 400 when it is taken or out of the subnet, 412 when none is left */
export function bookAddress(
  world: World,
  network: Resource<PrivateNetworkBody>,
  wanted: Wanted,
): { address: string; subnetId: string } {
  const subnet = subnetFor(network, wanted);
  const address = isIpv6(subnet.subnet) ? bookIpv6(world, subnet, wanted) : bookIpv4(world, subnet, wanted);
  return { address, subnetId: subnet.id };
}

/** Holders whose addresses Scaleway's managed databases book themselves, and say so. */
const managed: ReadonlySet<string> = new Set(["rdb_instance", "redis_cluster"]);

/** Books an address for a holder; it is released with the holder. */
function bookFor(
  world: World,
  network: Resource<PrivateNetworkBody>,
  ipv6: boolean,
  holder: Holder,
  wanted: string | undefined,
): AddressResource {
  const address = world.create<AddressBody, AddressHidden>(
    "ipam.ip",
    demand(network.locality, {
      source: { private_network_id: network.id },
      is_ipv6: ipv6,
      address: wanted,
      project_id: network.project,
      tags: managed.has(holder.type) ? ["managed", "scwdbaas"] : [],
    }),
  );
  address.hidden.automatic = true;
  hold(world, address, holder);
  return address;
}

/**
 * Gives a holder its addresses in a private network: those asked for, which must be free addresses of that network, or
 * one of each of `families` when none is asked for (`wanted`: that very address).
 * @throws 404 for an address that does not exist, 400 for one of another network, 412 for one that is held
 */
export function attachAddresses(
  world: World,
  network: Resource<PrivateNetworkBody>,
  asked: readonly string[],
  holder: Holder,
  families: readonly ("ipv4" | "ipv6")[] = ["ipv4", "ipv6"],
  wanted?: string,
): AddressResource[] {
  if (asked.length === 0) {
    return families.map((family) => bookFor(world, network, family === "ipv6", holder, wanted));
  }
  return asked.map((id) => {
    const address = world.require<AddressBody, AddressHidden>("ipam.ip", id, network.locality);
    if (address.parent !== network.id) {
      throw invalidArgument("ipam_ip_ids", `IP ${id} is not of private network ${network.id}`);
    }
    const owner = address.body.resource;
    if (owner && owner.type !== "custom") throw attached(address);
    hold(world, address, holder);
    return address;
  });
}

/**
 * Releases the addresses a holder was given, and lets go of those that were reserved before; in one network only where
 * one is named (a load balancer holds its addresses of all networks itself).
 */
export function detachAddresses(world: World, holderId: string, network?: string): void {
  for (const address of addressesOf(world, holderId)) {
    if (network !== undefined && address.parent !== network) continue;
    if (address.hidden.automatic) world.remove(address);
    else letGo(world, address);
  }
}

/** Addresses of a holder, IPv4 first. */
export function addressesOf(world: World, holderId: string): AddressResource[] {
  return world.store
    .sources(holderId, holderRole)
    .map((id) => world.store.get<AddressBody, AddressHidden>(id, "ipam.ip"))
    .filter((address) => address !== undefined)
    .sort(
      (a, b) => Number(a.body.is_ipv6) - Number(b.body.is_ipv6) || (a.body.address < b.body.address ? -1 : 1),
    );
}

/** The private network a zonal resource is to join. @throws 404 when it lies in another region */
export function networkFor(world: World, id: string, zone: string): Resource<PrivateNetworkBody> {
  return world.require<PrivateNetworkBody>("vpc.private_network", id, regionOf(zone));
}
