/**
 * What machines do with one packet, from what is worked out for all packets at once. Members of pairs are tried one by one, so that the same
 * packet comes to the same machine by many ways: each answer is kept for as long as the packet's box is.
 */
import type { Arrival, Forwarded, Sent } from "./machine.ts";
import type { Box } from "./packets.ts";
import { throughPiece } from "./reach.ts";

export class Passing {
  readonly #sent = new WeakMap<Box, Map<Sent, readonly Forwarded[]>>();
  readonly #arrived = new WeakMap<Box, Map<Arrival, Arrival>>();

  sent(all: Sent, box: Box): readonly Forwarded[] {
    return kept(this.#sent, box, all, () => passing(all.sent, box));
  }

  arrived(all: Arrival, box: Box): Arrival {
    return kept(this.#arrived, box, all, () => passingArrival(all, box));
  }
}

function kept<All, Part>(known: WeakMap<Box, Map<All, Part>>, box: Box, all: All, work: () => Part): Part {
  let ofBox = known.get(box);
  if (ofBox === undefined) {
    ofBox = new Map();
    known.set(box, ofBox);
  }
  let found = ofBox.get(all);
  if (found === undefined) {
    found = work();
    ofBox.set(all, found);
  }
  return found;
}

/** Those of all pieces that the packet is in: each way once, whichever rules let it pass. */
function passing(all: readonly Forwarded[], box: Box): readonly Forwarded[] {
  const found: Forwarded[] = [];
  for (const { piece, way } of all) {
    const passed = throughPiece(box, piece);
    if (passed === undefined || found.some((each) => each.way === way && each.piece.doubt === piece.doubt))
      continue;
    found.push({ way, piece: { ...piece, box: passed.after } });
  }
  return found;
}

function passingArrival({ delivered, forwarded }: Arrival, box: Box): Arrival {
  const taken = delivered.flatMap((piece) => {
    const passed = throughPiece(box, piece);
    return passed === undefined ? [] : [{ ...piece, box: passed.after }];
  });
  const sure = taken.filter(({ doubt }) => doubt === undefined);
  return {
    delivered: sure.length > 0 ? sure : taken,
    forwarded: passing(forwarded, box),
    dropped: [],
    unrouted: false,
  };
}
