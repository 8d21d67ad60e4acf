/** IPv4 prefixes as numbers: the little arithmetic that addressing needs. */

/** A prefix; `base` is its first address as an unsigned 32-bit number. */
export interface Prefix {
  readonly base: number;
  readonly length: number;
}

/** Parses `a.b.c.d/len` (or an address, as /32). The estate's checks vouch for the text. */
export function parsePrefix(cidr: string): Prefix {
  const [address = "", length = "32"] = cidr.split("/");
  return { base: parseAddress(address), length: Number(length) };
}

/** An address as a number. */
export function parseAddress(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** A number as an address. */
export function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

export function formatPrefix({ base, length }: Prefix): string {
  return `${formatAddress(base)}/${length}`;
}

/** Addresses in a prefix, network and broadcast ones included. */
export function sizeOf(length: number): number {
  return 2 ** (32 - length);
}

/** The address `offset` after the first of a prefix. */
export function addressAt(cidr: string, offset: number): string {
  return formatAddress(parsePrefix(cidr).base + offset);
}

export function overlaps(a: Prefix, b: Prefix): boolean {
  return a.base < b.base + sizeOf(b.length) && b.base < a.base + sizeOf(a.length);
}

/** Whether `inner` (a prefix or an address) lies within `outer`. */
export function contains(outer: string, inner: string): boolean {
  const a = parsePrefix(outer);
  const b = parsePrefix(inner);
  return b.length >= a.length && b.base >= a.base && b.base < a.base + sizeOf(a.length);
}

/** First prefix of that length within `space` that overlaps none of `taken`. */
export function firstFree(space: string, length: number, taken: readonly Prefix[]): Prefix | undefined {
  const { base, length: outer } = parsePrefix(space);
  const step = sizeOf(length);
  const end = base + sizeOf(outer);
  const sorted = [...taken].sort((a, b) => a.base - b.base);
  for (let at = base; at + step <= end; ) {
    const candidate = { base: at, length };
    const hit = sorted.find((prefix) => overlaps(prefix, candidate));
    if (hit === undefined) return candidate;
    at = Math.max(at + step, Math.ceil((hit.base + sizeOf(hit.length)) / step) * step);
  }
  return undefined;
}

/** Addresses and prefixes in the order of their numbers, not of their text; each once. */
export function sortAddresses(addresses: Iterable<string>): string[] {
  return [...new Set(addresses)]
    .map((address) => ({ address, number: parsePrefix(address).base }))
    .sort((a, b) => a.number - b.number || (a.address < b.address ? -1 : 1))
    .map(({ address }) => address);
}
