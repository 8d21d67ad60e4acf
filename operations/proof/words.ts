/** The proof's findings in words: packets, ways, rules. */
import type { Hop } from "../../model/proof/evidence.ts";
import type { Undetermined } from "../../model/proof/network.ts";
import type { Packet } from "../../model/proof/packet-text.ts";
import type { FailedFlow, Proof } from "../../model/proof/prove.ts";
import { nameOf } from "../engine/engine.ts";
import type { ReportedFailure, ReportedUnknown, ReportedViolation } from "./report.ts";

export function violationOf(violation: Proof["violations"][number]): ReportedViolation {
  if (violation.kind === "forwarding") {
    const { node, why } = violation;
    const none = { family: undefined, services: [], packet: "any packet of its guests", hops: [node] };
    return { from: node, to: node, ...none, rule: why };
  }
  const { from, to, receiver, family, services, packet, hops } = violation;
  return {
    from,
    to: receiver === undefined ? to : `${to} (${receiver})`,
    family,
    services,
    packet: packetText(packet),
    hops: hops.map(hopText),
    rule: ruleText(hops),
  };
}

export function packetText({ source, sourcePort, destination, destinationPort, protocol }: Packet): string {
  const at = (address: string, port: number | undefined): string => {
    if (port === undefined || protocol.startsWith("icmp")) return address;
    return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
  };
  return `${at(source, sourcePort)} → ${at(destination, destinationPort)} ${protocol}`;
}

function hopText({ node, layer, resource, incoming }: Hop): string {
  if (node === undefined) return `${layer} ${nameOf(resource)}`;
  return incoming === undefined ? node : `${node} (${incoming})`;
}

/** The last that could have stopped it and did not. */
function ruleText(hops: readonly Hop[]): string {
  const last = hops.findLast(({ rules, node }) => rules.length > 0 || node === undefined);
  if (last === undefined) return "nothing: no filter is on its way";
  if (last.node === undefined)
    return `${last.layer} ${nameOf(last.resource)}, ${last.index === undefined ? "its default policy" : `rule ${last.index}`}`;
  // Chains of several hooks let it pass, most of them by their policy: rules that name it say more.
  const named = last.rules.filter(({ index }) => index !== undefined);
  const shown = (named.length > 0 ? named : last.rules).map(({ table, chain, index, log }) => {
    const which = index === undefined ? "its policy" : `rule ${index}`;
    return `${table} ${chain}, ${which}${log === undefined ? "" : ` (${log.trim()})`}`;
  });
  return `${last.node}: ${shown.join("; ")}`;
}

export function unknownOf(unknown: Proof["undetermined"][number]): ReportedUnknown {
  if (isFact(unknown)) {
    const { origin, property, why, scope } = unknown;
    return { of: origin.resource, property, why, ...(scope === undefined ? {} : { scope }) };
  }
  const { from, to, family, why } = unknown;
  return { of: `${from} → ${to}`, property: `IPv${family}`, why };
}

function isFact(unknown: Proof["undetermined"][number]): unknown is Undetermined {
  return "origin" in unknown;
}

export function failureOf({ permission, sender, receiver, by, port, ending }: FailedFlow): ReportedFailure {
  const { from, to, protocol, key, declaredBy } = permission;
  const node = "node" in ending && ending.node !== undefined ? ` at ${ending.node}` : "";
  return {
    flow: `${from} → ${to} ${protocol}/${port}`,
    ...(key === undefined ? {} : { declaration: key }),
    ...(declaredBy === undefined ? {} : { declaredBy }),
    from: by.length === 0 ? sender : `${sender} by ${by.join(", ")}`,
    to: receiver,
    ending: `${ending.kind.replaceAll("-", " ")}${node}`,
  };
}
