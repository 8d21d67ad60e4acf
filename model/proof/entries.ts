/** Where what is declared may come in from outside: public addresses and tunnels, with the packet that asks for it. */
import type { AddressSpace } from "./addresses.ts";
import type { Start } from "./connection.ts";
import type { Permission } from "./declared.ts";
import type { Fabric } from "./fabric.ts";
import type { Intervals } from "./intervals.ts";
import { contains, pairsOf, unite } from "./intervals.ts";
import type { Model } from "./model.ts";
import { somewhere } from "./model.ts";
import type { Node } from "./network.ts";
import type { Box } from "./packets.ts";
import { protocols } from "./packets.ts";
import { isMeant } from "./parties.ts";
import type { Place } from "./places.ts";
import { atomsOf } from "./places.ts";

export interface Entry {
  /** The machine with the public address, or at the tunnel's end. */
  readonly node: Node;
  readonly start: Start;
}

export function publicEntries(
  model: Model,
  fabric: Fabric,
  permission: Permission,
  { to, port }: { readonly to: Place; readonly port: number },
): readonly Entry[] {
  const { receiver } = permission;
  // What is for a role comes to it; what is for a server, by whatever machine leads to it.
  const isEntry = (node: Node): boolean =>
    receiver?.kind !== "role" ||
    (isMeant(model, node, receiver) && node.legs.some(({ privateNetwork }) => privateNetwork === to.key));
  return fabric.publicMembers
    .filter(({ station: { node } }) => node.kind !== "bare-metal" && isEntry(node))
    .map(({ station: { node }, addresses }) => {
      const box = packetOf(fabric.space, permission, somewhereIn(fabric.space), addresses[0] as number, port);
      return { node, start: { station: undefined, box, onwards: fabric.fromInternet(box, "new", true) } };
    });
}

/** Out of each tunnel from any of the place's addresses that are behind it. */
export function tunnelEntries(
  fabric: Fabric,
  permission: Permission,
  from: Place,
  { destination, port }: { readonly destination: number; readonly port: number },
): readonly Entry[] {
  const { space } = fabric;
  return fabric.membersOf("").flatMap(({ station, leg }) => {
    const beyond = unite(...leg.beyond.map((prefix) => space.of(prefix)));
    return addressesOf(from, space)
      .filter((atom) => contains(beyond, atom))
      .map((atom): Entry => {
        const box = packetOf(space, permission, atom, destination, port);
        const to = { kind: "station", station, incoming: leg.interface } as const;
        const onwards = [{ box, to, crossed: [], doubt: undefined }];
        return { node: station.node, start: { station: undefined, box, onwards } };
      });
  });
}

/** Those of each zone that has to have one; all together where no zones are said. */
export function byZone({ entries: zones }: Permission, all: readonly Entry[]): readonly (readonly Entry[])[] {
  return zones === undefined ? [all] : zones.map((zone) => all.filter(({ node }) => node.zone === zone));
}

/** One packet of a permission. */
export function packetOf(
  { family }: AddressSpace,
  { protocol }: Permission,
  source: number,
  destination: number,
  port: number,
): Box {
  const number = protocol === "icmp" && family === 6 ? protocols.icmp6 : protocols[protocol];
  const one = (value: number): Intervals => [value, value];
  return {
    source: one(source),
    destination: one(destination),
    protocol: one(number),
    sourcePort: one(40_000),
    destinationPort: one(protocol === "icmp" ? 8 : port),
  };
}

export function somewhereIn(space: AddressSpace): number {
  return space.atomOf(somewhere[space.family]);
}

/** Each address beyond a tunnel, of those that differ. */
export function addressesOf(place: Place, space: AddressSpace): readonly number[] {
  return pairsOf(atomsOf(place, space)).flatMap(([low, high]) =>
    Array.from({ length: high - low + 1 }, (_, index) => low + index),
  );
}
