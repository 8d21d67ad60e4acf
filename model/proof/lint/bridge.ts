/** Machines on several private networks that forward between them and are no firewall. */
import { families } from "../model.ts";
import type { Node } from "../network.ts";
import type { Check, Subject } from "./check.ts";

export const bridge: Check = {
  name: "bridge",
  severity: "error",
  why: "who forwards between two networks joins them, whatever the firewalls say",
  remedy: "turn forwarding off, or take it off one of the networks",
  find: (subject) =>
    subject.network.nodes
      .filter((node) => isJoining(node) && !isFirewall(node, subject))
      .map((node) => ({
        at: node.key,
        what: `it forwards between ${networksOf(node).slice(0, 4).join(", ")}${networksOf(node).length > 4 ? " and others" : ""}`,
        resource: node.origin.resource,
      })),
};

function isJoining(node: Node): boolean {
  const own = node.kind !== "load-balancer" && node.kind !== "gateway" && node.kind !== "managed";
  return own && (node.forwards[4] || node.forwards[6]) && networksOf(node).length > 1;
}

function networksOf({ legs }: Node): readonly string[] {
  return [...new Set(legs.flatMap(({ privateNetwork }) => privateNetwork ?? []))];
}

/** Others route by it, and what it forwards it drops by default, in each family that it forwards. */
function isFirewall(node: Node, { model, kernels }: Subject): boolean {
  if (!model.routers.has(node.key)) return false;
  return families
    .filter((family) => node.forwards[family])
    .every((family) => kernels.closes(node, family, "forward"));
}
