/** From a packet that arrives back to the one that was sent, along the way that the symbolic engine tells. */
import type { AtomPacket, Field } from "../../../../model/proof/packets.ts";
import { boxCovers, boxOf, sampleOf } from "../../../../model/proof/packets.ts";
import type { Reached } from "../../../../model/proof/reach.ts";

/** Whether it left its sender by the internet: then the sender's own translations, if it has any, are done and not told. */
export function leftByInternet({ trail }: Reached): boolean {
  if (trail === undefined) return true;
  if (trail.previous !== undefined) return leftByInternet({ trail: trail.previous } as Reached);
  return trail.incoming === trail.station.node.publicInterface?.interface;
}

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
