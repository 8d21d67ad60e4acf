/** What a receiver sees of an intent, and which intents one rule can hold. */
import { zoneKeys } from "../estate/estate.ts";
import { sortAddresses } from "./ipv4.ts";
import type { Layout } from "./layout.ts";
import { exitPair, memberAddress } from "./layout.ts";
import type { Intent } from "./plan.ts";

/**
 * The sources that a receiver, and the pair before it, see for an intent. A datagram service is entered through the public address of
 * the edge member of either zone, which puts its own transit address in the client's place: the answer must come back to that member,
 * not to the one that holds the virtual address.
 */
export function seenFrom(layout: Layout, intent: Intent): readonly string[] {
  if (intent.from.privateNetwork !== "internet") return intent.from.addresses;
  const edge = exitPair(layout);
  return zoneKeys.map((zone) => memberAddress(layout, edge, zone, "transit"));
}

/** Intents of one baseline flow towards the same place: a rule lists their sources, a log prefix names the flow. */
export interface Permission {
  readonly group: string;
  readonly intent: Intent;
  readonly intents: readonly Intent[];
}

/** In the order of the intents; each group once. */
export function permissionsOf(intents: readonly Intent[]): Permission[] {
  return [...Map.groupBy(intents, ({ group }) => group)].map(([group, members]) => ({
    group,
    intent: members[0] as Intent,
    intents: members,
  }));
}

/** All sources of a permission, as its receivers see them. */
export function sourcesOf(layout: Layout, { intents }: Permission): readonly string[] {
  const [only] = intents;
  // An intent's own addresses are in order already.
  if (only !== undefined && intents.length === 1) return seenFrom(layout, only);
  return sortAddresses(intents.flatMap((intent) => seenFrom(layout, intent)));
}
