/** What a test matches between two interfaces: their names are known when rules are walked, not when they are read. */
import type { Alternative, Match } from "./nft-matches.ts";
import type { PacketSet } from "./packets.ts";
import { subtractSets } from "./packets.ts";

/** Whether an interface's name fits one of the patterns, which may end in `*`. */
export function fits(name: string | undefined, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith("*") ? (name ?? "").startsWith(pattern.slice(0, -1)) : name === pattern,
  );
}

/** The packets that a test by alternatives matches between two interfaces. */
export function packetsBetween(
  { alternatives, negated, within }: Match & { readonly kind: "alternatives" },
  incoming: string | undefined,
  outgoing: string | undefined,
): PacketSet {
  const matched = alternatives.flatMap((each) => (passes(each, incoming, outgoing) ? each.packets : []));
  return negated ? subtractSets([within], matched) : matched;
}

export function passes(
  each: Alternative,
  incoming: string | undefined,
  outgoing: string | undefined,
): boolean {
  return (
    (each.incoming === undefined || fits(incoming, each.incoming)) &&
    (each.outgoing === undefined || fits(outgoing, each.outgoing))
  );
}
