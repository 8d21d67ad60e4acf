import { preconditionFailed } from "../core/errors.ts";
import { zones } from "../core/places.ts";
import type { World } from "../core/world.ts";
import { ipv4Range, ipv4Text } from "./subnets.ts";

/** The pool is cut in as many blocks, one a zone, so that an address tells its zone. */
const blocks = 16;

/**
 * A public IPv4 address of a zone, from its block of the pool (127.64.0.0/10 by default: loopback, so that whoever
 * serves it can bind it). Addresses follow each other and are not given again soon, as on a real cloud.
 */
export function takePublicIpv4(world: World, zone: string, owner: string): string {
  const { first, last } = ipv4Range(world.options.publicAddresses);
  const size = Math.floor((last - first + 1) / blocks);
  const start = first + zones.indexOf(zone) * size;
  const number = world.bookings.next(`public ${zone}`, start + 1, start + size - 2, 1, owner);
  if (number === undefined)
    throw preconditionFailed("no_ip_available", `no public address is left in ${zone}`);
  return ipv4Text(number);
}

/** A public /64 of a zone out of the documentation prefix (RFC 3849): nothing on the internet answers there. */
export function takePublicIpv6(world: World, zone: string): string {
  const number = world.store.next(`public ipv6 ${zone}`);
  return `2001:db8:${(zones.indexOf(zone) + 1).toString(16)}:${number.toString(16)}::/64`;
}

/** The first address of a public /64. */
export function firstIpv6(prefix: string): string {
  return prefix.replace("::/64", "::1");
}

/** The default reverse name of an address, `<dashed>.<suffix>`. */
export function reverseName(
  address: string,
  suffix: string,
  order: "forward" | "backward" = "forward",
): string {
  const parts = address.split(".");
  return `${(order === "forward" ? parts : parts.reverse()).join("-")}.${suffix}`;
}
