/** Scaleway's own filters, first match: ACLs of VPCs (stateless, both addresses) and security groups of Instances (the remote address). */
import type { AddressSpace } from "./addresses.ts";
import { unite } from "./intervals.ts";
import type { Acl, Filter } from "./network.ts";
import type { Box, PacketSet } from "./packets.ts";
import { everyPort, intersectBoxes, intersectSets, protocols, subtractSets, tcp, udp } from "./packets.ts";

/** A filter of one family, as boxes in order. */
export interface Compiled {
  readonly rules: readonly { readonly accepts: boolean; readonly packets: PacketSet }[];
  readonly accepts: boolean;
}

interface PortRule {
  readonly protocol: "any" | "tcp" | "udp" | "icmp";
  readonly sourcePorts?: readonly [number, number];
  readonly destinationPorts: readonly [number, number];
}

export function compileAcl(acl: Acl, space: AddressSpace): Compiled {
  return {
    accepts: acl.defaultPolicy === "accept",
    rules: acl.rules.map(({ action, source, destination, ...ports }) => ({
      accepts: action === "accept",
      packets: intersectSets(protocolBoxes(ports, space), [
        { ...space.everything, source: space.of(source), destination: space.of(destination) },
      ]),
    })),
  };
}

/** `remote` is the source of what comes in and the destination of what goes out. */
export function compileGroup(
  filter: Filter,
  remote: "source" | "destination",
  space: AddressSpace,
): Compiled {
  return {
    accepts: filter.defaultPolicy === "accept",
    rules: filter.rules.map(({ action, protocol, remote: prefix, ports }) => ({
      accepts: action === "accept",
      packets: intersectSets(protocolBoxes({ protocol, destinationPorts: ports }, space), [
        { ...space.everything, [remote]: space.of(prefix) },
      ]),
    })),
  };
}

/** Ports are of TCP and UDP: a rule for any protocol that names some matches no other protocol. */
function protocolBoxes(
  { protocol, sourcePorts, destinationPorts }: PortRule,
  space: AddressSpace,
): PacketSet {
  const { everything, family } = space;
  if (protocol === "icmp") {
    const number = family === 4 ? protocols.icmp : protocols.icmp6;
    return [{ ...everything, protocol: [number, number] }];
  }
  const source = sourcePorts ?? everyPort;
  const open = [source, destinationPorts].every(([low, high]) => low === 0 && high === 65_535);
  if (protocol === "any" && open) return [everything];
  return [
    {
      ...everything,
      protocol: protocol === "tcp" ? tcp : protocol === "udp" ? udp : unite(tcp, udp),
      sourcePort: source,
      destinationPort: destinationPorts,
    },
  ];
}

/** Everything that a filter lets through. */
export function acceptedBy({ rules, accepts }: Compiled, everything: Box): PacketSet {
  const accepted: Box[] = [];
  const dropped: Box[] = [];
  for (const rule of rules) {
    if (rule.accepts) accepted.push(...subtractSets(rule.packets, dropped));
    else dropped.push(...rule.packets);
  }
  if (!accepts) return accepted;
  const named = rules.flatMap(({ packets }) => packets);
  return [...accepted, ...subtractSets([everything], named)];
}

/** The rule that decides one packet: its index, or undefined for the default policy. */
export function decisionOf(
  { rules, accepts }: Compiled,
  packet: Box,
): { index: number | undefined; accepts: boolean } {
  const index = rules.findIndex(({ packets }) =>
    packets.some((box) => intersectBoxes(box, packet) !== undefined),
  );
  const rule = rules[index];
  return rule === undefined ? { index: undefined, accepts } : { index, accepts: rule.accepts };
}
