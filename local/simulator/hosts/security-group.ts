import type { SecurityGroup, SecurityRule } from "../machines.ts";
import { inCidr, type Packet } from "./nftables/packet.ts";

function ruleMatches(rule: SecurityRule, packet: Packet, remote: string): boolean {
  const protocol = packet.protocol === "ipv6-icmp" ? "ICMP" : packet.protocol.toUpperCase();
  if (rule.protocol !== "ANY" && rule.protocol !== protocol) return false;
  if (!inCidr(remote, rule.ipRange)) return false;
  if (rule.portFrom === undefined) return true;
  const port = packet.dport ?? -1;
  return port >= rule.portFrom && port <= (rule.portTo ?? rule.portFrom);
}

/**
 * What an Instance's security group says of a packet on its public interface. A stateful group lets answers pass; a
 * machine without a group (bare metal) filters nothing here.
 */
export function securityGroupAllows(
  group: SecurityGroup | undefined,
  direction: SecurityRule["direction"],
  packet: Packet,
  isReply: boolean,
): { verdict: "accept" | "drop"; by: string } {
  if (!group) return { verdict: "accept", by: "no security group" };
  if (group.stateful && isReply) return { verdict: "accept", by: `security group ${group.name}, answer` };
  const remote = direction === "inbound" ? packet.saddr : packet.daddr;
  const index = group.rules.findIndex(
    (rule) => rule.direction === direction && ruleMatches(rule, packet, remote),
  );
  const rule = group.rules[index];
  if (rule)
    return { verdict: rule.action, by: `security group ${group.name}, ${direction} rule ${index + 1}` };
  const verdict = direction === "inbound" ? group.inboundDefault : group.outboundDefault;
  return { verdict, by: `security group ${group.name}, ${direction} default` };
}
