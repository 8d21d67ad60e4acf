/** Packets in words. */
import type { AddressSpace } from "./addresses.ts";
import { contains, pairsOf } from "./intervals.ts";
import type { AtomPacket, PacketSet } from "./packets.ts";
import { protocols, tcp, udp } from "./packets.ts";

/** One concrete packet. ICMP has its type for a destination port. */
export interface Packet {
  readonly source: string;
  readonly destination: string;
  readonly protocol: string;
  readonly sourcePort: number | undefined;
  readonly destinationPort: number | undefined;
}

const names: Readonly<Record<number, string>> = {
  [protocols.icmp]: "icmp",
  [protocols.tcp]: "tcp",
  [protocols.udp]: "udp",
  [protocols.icmp6]: "icmpv6",
  [protocols.vrrp]: "vrrp",
};

export function packetOf(packet: AtomPacket, space: AddressSpace): Packet {
  const { protocol } = packet;
  const ports = protocol === protocols.tcp || protocol === protocols.udp;
  const icmp = protocol === protocols.icmp || protocol === protocols.icmp6;
  return {
    source: space.textOf(packet.source),
    destination: space.textOf(packet.destination),
    protocol: names[protocol] ?? String(protocol),
    sourcePort: ports ? packet.sourcePort : undefined,
    destinationPort: ports || icmp ? packet.destinationPort : undefined,
  };
}

/** Protocols and ports of a set, `tcp/443`, `udp/1000-1010`, `icmp`; `any` for all there are. Sorted. */
export function servicesOf(packets: PacketSet): readonly string[] {
  const found = new Set<string>();
  for (const { protocol, destinationPort } of packets) {
    const ports = pairsOf(destinationPort).map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`));
    if (protocol[0] === 0 && protocol[1] === 255) {
      found.add("any");
      continue;
    }
    for (const [set, name] of [
      [tcp, "tcp"],
      [udp, "udp"],
    ] as const) {
      if (contains(protocol, set[0] as number)) for (const each of ports) found.add(`${name}/${each}`);
    }
    for (const [low, high] of pairsOf(protocol)) {
      for (const number of [protocols.icmp, protocols.icmp6, protocols.vrrp]) {
        if (low <= number && number <= high) found.add(names[number] as string);
      }
      if (low !== high) found.add("other");
      else if (names[low] === undefined) found.add(String(low));
    }
  }
  // Beside everything, the rest says nothing.
  return found.has("any") ? ["any"] : [...found].sort();
}
