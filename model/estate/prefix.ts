/** IPv4 prefixes as intervals of addresses. */
import ipaddr from "ipaddr.js";

/** Addresses as whole numbers, both ends included. */
export interface Prefix {
  readonly first: number;
  readonly last: number;
  readonly length: number;
}

/** `10.0.0.0/16`; nothing when it is no IPv4 prefix or has host bits. */
export function parsePrefix(text: string): Prefix | undefined {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) return undefined;
  const [address, length] = ipaddr.IPv4.parseCIDR(text);
  const first = address.toByteArray().reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - length);
  return first % size === 0 ? { first, last: first + size - 1, length } : undefined;
}

/** Whether two prefixes have an address in common. */
export function overlap(a: Prefix, b: Prefix): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** Whether all of `inner` is in `outer`. */
export function contains(outer: Prefix, inner: Prefix): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}
