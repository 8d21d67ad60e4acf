/** IPv4 and IPv6 addresses and prefixes as text: which family, which prefix holds which address. */
import ipaddr from "ipaddr.js";
import type { Family } from "../network.ts";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Whether a text is an address or a prefix, and of which family. */
export function familyOf(text: string): Family | undefined {
  const [address = ""] = text.split("/", 1);
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return 4;
  return ipaddr.IPv6.isValid(address) ? 6 : undefined;
}

/** The address without its prefix length. */
export function plainAddress(text: string): string {
  return text.split("/", 1)[0] as string;
}

/** The first address of the prefix that an address with its length is in: `10.64.3.6/24` → `10.64.3.0/24`. */
export function prefixOf(text: string): string | undefined {
  const family = familyOf(text);
  const length = Number(text.split("/")[1]);
  if (family === undefined || !Number.isInteger(length)) return undefined;
  const parser = family === 4 ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${parser.networkAddressFromCIDR(text).toString()}/${length}`;
}

export interface Prefix {
  readonly text: string;
  readonly family: Family;
  readonly length: number;
  readonly first: Address;
}

export function parsePrefix(text: string): Prefix | undefined {
  const family = familyOf(text);
  const length = Number(text.split("/")[1] ?? (family === 4 ? 32 : 128));
  if (family === undefined || !Number.isInteger(length) || length < 0 || length > (family === 4 ? 32 : 128))
    return undefined;
  return { text, family, length, first: ipaddr.parse(plainAddress(text)) };
}

export function holds(prefix: Prefix, address: string): boolean {
  if (familyOf(address) !== prefix.family) return false;
  return (ipaddr.parse(plainAddress(address)) as ipaddr.IPv4).match(
    prefix.first as ipaddr.IPv4,
    prefix.length,
  );
}

/** The address of an IPv6 prefix whose last 32 bits are an IPv4 address. */
export function withEnding({ first }: Prefix, ending: string): string {
  const bytes = first.toByteArray();
  return ipaddr.fromByteArray([...bytes.slice(0, -4), ...ipaddr.parse(ending).toByteArray()]).toString();
}

/** The address that a card takes by itself in an IPv6 prefix (SLAAC, RFC 4291 appendix A); none in one longer than 64 bits. */
export function ownAddressOf({ family, length, first }: Prefix, mac: string): string | undefined {
  const bytes = mac.split(":").map((byte) => Number.parseInt(byte, 16));
  if (family !== 6 || length > 64 || bytes.length !== 6 || bytes.some(Number.isNaN)) return undefined;
  const [one = 0, two = 0, three = 0, four = 0, five = 0, six = 0] = bytes;
  const card = [one ^ 2, two, three, 255, 254, four, five, six];
  return ipaddr.fromByteArray([...first.toByteArray().slice(0, 8), ...card]).toString();
}
