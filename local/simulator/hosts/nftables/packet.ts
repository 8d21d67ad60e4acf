import ipaddr from "ipaddr.js";

/** Network family of an address or packet, in nftables' words. */
export type Family = "ip" | "ip6";

/** An address as a number, so that prefixes and ranges are comparisons. */
export interface NumericAddress {
  family: Family;
  value: bigint;
}

/** Connection tracking state as the kernel would give it to the first or a later packet of a connection. */
export type ConnectionState = "new" | "established" | "related" | "invalid" | "untracked";

/** One packet on its way through one host. Addresses are canonical text; ports are absent for protocols without ports. */
export interface Packet {
  family: Family;
  saddr: string;
  daddr: string;
  /** Lower-case protocol name as in /etc/protocols: tcp, udp, icmp, ipv6-icmp, vrrp … */
  protocol: string;
  sport?: number;
  dport?: number;
  /** ICMP type by name, for icmp and ipv6-icmp only. */
  icmpType?: string;
  state: ConnectionState;
  /** Which way the packet goes within its connection. */
  direction: "original" | "reply";
  iifname?: string;
  oifname?: string;
  mark: number;
  connectionMark: number;
}

const known = new Map<string, NumericAddress>();

/**
 * Parses one IPv4 or IPv6 address.
 * @throws RangeError when the text is no address.
 */
export function parseAddress(text: string): NumericAddress {
  const cached = known.get(text);
  if (cached) return cached;
  if (!ipaddr.isValid(text)) throw new RangeError(`"${text}" is not an IP address`);
  const parsed = ipaddr.parse(text);
  let value = 0n;
  for (const byte of parsed.toByteArray()) value = (value << 8n) | BigInt(byte);
  const address: NumericAddress = { family: parsed.kind() === "ipv4" ? "ip" : "ip6", value };
  if (known.size > 100_000) known.clear();
  known.set(text, address);
  return address;
}

/** First and last address of a prefix. */
export function prefixBounds(address: NumericAddress, length: number): { first: bigint; last: bigint } {
  const bits = address.family === "ip" ? 32 : 128;
  if (!Number.isInteger(length) || length < 0 || length > bits) {
    throw new RangeError(`/${length} is not a prefix length of an ${address.family} address`);
  }
  const host = (1n << BigInt(bits - length)) - 1n;
  const first = address.value & ~host;
  return { first, last: first | host };
}

/** Whether an address lies in a CIDR such as 10.0.0.0/24 or fd00::/8. */
export function inCidr(address: string, cidr: string): boolean {
  const [base, length] = cidr.split("/");
  const network = parseAddress(base ?? "");
  const candidate = parseAddress(address);
  if (network.family !== candidate.family) return false;
  const bounds = prefixBounds(network, Number(length ?? (network.family === "ip" ? 32 : 128)));
  return candidate.value >= bounds.first && candidate.value <= bounds.last;
}
