/** What rules are asked about, and what they answer. */
import type { Intervals } from "./intervals.ts";
import type { RuleReference } from "./nft-rules.ts";
import type { Box, Field, PacketSet } from "./packets.ts";

/** Packets on their way through a machine. */
export interface Piece {
  readonly box: Box;
  /** Values before translation, of the fields that were translated. */
  readonly original: Readonly<Partial<Record<Field, Intervals>>>;
  /** Rules and policies that let them pass. */
  readonly rules: readonly RuleReference[];
  /** Why it is not known whether they pass; undefined: they do. */
  readonly doubt: string | undefined;
}

export interface Dropped {
  readonly packets: PacketSet;
  readonly rule: RuleReference;
}

export interface Context {
  readonly incoming: string | undefined;
  readonly outgoing: string | undefined;
  /** Of the connection that the packets are of. */
  readonly state: "new" | "established";
  /** Sources that the machine would answer by the incoming interface. */
  readonly wayBack: Intervals;
  /** Atom of the first address of the interface by which packets leave (source) or came in (destination); undefined: none. */
  readonly ownAddress: { readonly source: number | undefined; readonly destination: number | undefined };
  readonly atomOf: (address: string) => number;
  readonly everything: Box;
  /** Every packet is attributed to the one rule that decides it, and drops are told: for single packets. */
  readonly attributed: boolean;
}

export interface Outcome {
  readonly passed: readonly Piece[];
  readonly dropped: readonly Dropped[];
}
