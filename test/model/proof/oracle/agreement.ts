/** From a packet that arrives back to the one that was sent, along the way that the symbolic engine tells. */
import type { AtomPacket, Field } from "../../../../model/proof/packets.ts";
import { boxCovers, boxOf, sampleOf } from "../../../../model/proof/packets.ts";
import type { Reached } from "../../../../model/proof/reach.ts";

/** Undefined when this very packet did not come by this very way (a corner that a translation cannot make). */
export function senderOf({ trail }: Reached, arriving: AtomPacket): AtomPacket | undefined {
  let packet = arriving;
  for (let at = trail; at !== undefined; at = at.previous) {
    if (!boxCovers(at.after, boxOf(packet))) return undefined;
    const chosen = sampleOf(at.before);
    const changes: Partial<Record<Field, number>> = {};
    for (const field of at.translated) changes[field] = chosen[field];
    packet = { ...packet, ...changes };
  }
  return packet;
}
