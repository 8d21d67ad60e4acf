/** Everything declared that passes, each with one packet, its way, and the rules that let it through: why what is open is open. */
import type { Permission } from "./declared.ts";
import { Declared } from "./declared.ts";
import type { Evidence } from "./evidence.ts";
import { evidenceOf } from "./evidence.ts";
import type { Landing } from "./matrix.ts";
import { arrivalsFrom } from "./matrix.ts";
import type { Model } from "./model.ts";
import { families } from "./model.ts";
import type { Family } from "./network.ts";
import { servicesOf } from "./packet-text.ts";
import type { Box } from "./packets.ts";
import { intersectSets, subtractSets } from "./packets.ts";
import type { Sites } from "./places.ts";
import { internet, placesOf } from "./places.ts";

/** What one declaration lets through from a place to another, in one family. */
export interface Passage<Declaration extends Permission = Permission> extends Evidence {
  readonly from: string;
  readonly to: string;
  readonly family: Family;
  /** The part of the declaration that passes: `tcp/443`. */
  readonly services: readonly string[];
  readonly declaration: Declaration;
  /** Keys of the nodes that take it, sorted; empty: it leaves the estate. The packet is for one of them. */
  readonly receivers: readonly string[];
}

/** In the order of places. What passes undeclared is a violation, not a passage; what may pass is neither. */
export function passagesOf<Declaration extends Permission>(
  model: Model,
  permissions: readonly Declaration[],
  { sites, lost }: { readonly sites: Sites; readonly lost: ReadonlySet<string> },
): readonly Passage<Declaration>[] {
  const places = placesOf(model.network, sites);
  return families.flatMap((family) => {
    const fabric = model.fabric(family, lost);
    const declared = new Declared(permissions, model, fabric.space);
    return places.flatMap((from) => {
      const parts = arrivalsFrom(model, fabric, places, declared, sites, from)
        .filter(({ reached }) => reached.doubt === undefined)
        .flatMap(({ reached, landing }) => {
          const { place, receiver, isPublic } = landing;
          // Who comes in by the internet is declared as himself, or as everybody there.
          const senders = new Set(isPublic ? [from.name, internet.name] : [from.name]);
          const declarations = [...senders].flatMap((sender) => declared.declaring(sender, landing));
          return nearest(landing, declarations).map((part) => ({
            ...part,
            reached,
            receiver,
            to: place.name,
          }));
        });
      const byPair = Map.groupBy(parts, ({ to }) => to);
      return [...byPair].flatMap(([to, found]) =>
        [...Map.groupBy(found, ({ declaration }) => declaration)].map(([declaration, group]) => {
          const [first] = group as [(typeof group)[number], ...typeof group];
          return {
            from: from.name,
            to,
            family,
            services: servicesOf(group.map(({ box }) => box)),
            declaration,
            receivers: [...new Set(group.flatMap(({ receiver }) => receiver?.key ?? []))].sort(),
            ...evidenceOf(model, fabric.space, first.reached, first.box),
          };
        }),
      );
    });
  });
}

interface Part<Declaration> {
  readonly declaration: Declaration;
  readonly box: Box;
}

/**
 * A router stands in many places, and what is declared for it in any of them lets it be reached. The declaration of the very place says
 * why; others only where it does not.
 */
function nearest<Declaration extends Permission>(
  { place, box }: Landing,
  parts: readonly Part<Declaration>[],
): readonly Part<Declaration>[] {
  const here = parts.filter(({ declaration }) => declaration.to === place.name);
  const open = subtractSets(
    [box],
    here.map((part) => part.box),
  );
  const elsewhere = parts
    .filter(({ declaration }) => declaration.to !== place.name)
    .flatMap(({ declaration, box: whole }) =>
      intersectSets(open, [whole]).map((part) => ({ declaration, box: part })),
    );
  return [...here, ...elsewhere];
}
