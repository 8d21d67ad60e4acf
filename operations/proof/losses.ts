/** What a reader may take for lost: a zone, or one member of a firewall pair. */

import { type ZoneKey, zoneKeys } from "../../model/estate/index.ts";
import type { Network, Node } from "../../model/proof/network.ts";
import { VisibleError } from "../errors.ts";

/** `par-1`, or `firewall:core-1-par-1`. */
export type Loss =
  | { readonly kind: "zone"; readonly zone: ZoneKey }
  | { readonly kind: "firewall"; readonly name: string };

/** Reads `--lose`; throws what may be written. */
export function lossOf(text: string): Loss {
  const zone = zoneKeys.find((key) => key === text);
  if (zone !== undefined) return { kind: "zone", zone };
  const name = /^firewall:([a-z0-9-]+)$/.exec(text)?.[1];
  if (name !== undefined) return { kind: "firewall", name };
  throw new VisibleError(
    "loss-unknown",
    `nothing is called ${text} that could be lost`,
    `A zone, ${zoneKeys.join(" or ")}, or a member of a pair, firewall:NAME.`,
  );
}

/** As it is typed after `--lose`. */
export function lossText(loss: Loss): string {
  return loss.kind === "zone" ? loss.zone : `firewall:${loss.name}`;
}

/** Each zone, and each member of a firewall pair. */
export function everyLoss({ nodes }: Network): readonly Loss[] {
  const firewalls = keysOf(nodes.filter(({ role }) => role === "firewall"));
  return [
    ...zoneKeys.map((zone): Loss => ({ kind: "zone", zone })),
    ...firewalls.map((key): Loss => ({ kind: "firewall", name: key.replace(/^firewall-/, "") })),
  ];
}

/** Keys of the nodes that are gone with a loss. Throws when there is no such firewall. */
export function nodesLost(
  { nodes }: Network,
  loss: Loss,
  zones: Readonly<Record<ZoneKey, string>>,
): readonly string[] {
  if (loss.kind === "zone") return keysOf(nodes.filter(({ zone }) => zone === zones[loss.zone]));
  const firewalls = nodes.filter(({ role }) => role === "firewall");
  const found = firewalls.filter(({ key }) => key === loss.name || key === `firewall-${loss.name}`);
  if (found.length > 0) return keysOf(found);
  throw new VisibleError(
    "loss-unknown",
    `there is no firewall ${loss.name}`,
    `Firewalls: ${keysOf(firewalls).join(", ")}`,
  );
}

function keysOf(nodes: readonly Node[]): string[] {
  return nodes.map(({ key }) => key).sort();
}
