/** One packet for the naive interpreter, its addresses whole numbers. Written apart from what it judges. */
export interface Packet {
  readonly family: 4 | 6;
  readonly source: bigint;
  readonly destination: bigint;
  readonly protocol: number;
  readonly sourcePort: number;
  /** Of ICMP: the type. */
  readonly destinationPort: number;
}

export function textOf(packet: Packet): string {
  return Object.values(packet).map(String).join(" ");
}

export function isIpv6(text: string): boolean {
  return text.includes(":");
}

export function numberOf(address: string): bigint {
  if (!isIpv6(address)) return address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = "", tail] = address.split("::");
  const words = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const before = words(head);
  const after = words(tail ?? "");
  const middle = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill("0");
  return [...before, ...middle, ...after].reduce((sum, word) => sum * 65_536n + BigInt(`0x${word}`), 0n);
}

export function isIn(value: bigint, family: 4 | 6, prefix: string): boolean {
  const [address = "", length] = prefix.split("/");
  if (isIpv6(address) !== (family === 6)) return false;
  const width = family === 4 ? 32 : 128;
  const shift = BigInt(width - (length === undefined ? width : Number(length)));
  return value >> shift === numberOf(address) >> shift;
}

export function lengthOf(prefix: string): number {
  const [address = "", length] = prefix.split("/");
  return length === undefined ? (isIpv6(address) ? 128 : 32) : Number(length);
}

export function withoutLength(address: string): string {
  return address.split("/")[0] as string;
}
