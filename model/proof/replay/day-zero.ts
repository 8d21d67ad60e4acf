/**
 * Day 0: new bare metal answers tcp/22 from the bastions' public addresses until its own configuration shuts that. It holds for one
 * installation and until a script has left it shut: what opens it again is open undeclared.
 */
import type { AddressOpening } from "../declared.ts";
import { unite } from "../intervals.ts";
import type { Model } from "../model.ts";
import type { Network } from "../network.ts";
import { intersectBoxes, tcp } from "../packets.ts";
import { ownAddresses } from "../routes.ts";
import type { World } from "./world.ts";

const ssh = 22;

export class DayZero {
  readonly #sealed = new Set<string>();

  /** By the node that each leads to. */
  openings({ nodes }: Network, world: World): ReadonlyMap<string, AddressOpening> {
    const sources = world.bastionAddresses();
    const installations = world.installations();
    return new Map(
      nodes.flatMap((node): [string, AddressOpening][] => {
        const { key, publicInterface } = node;
        const installation = installations.get(key);
        if (installation === undefined || publicInterface === undefined || this.#sealed.has(installation))
          return [];
        // Whoever shares its link may send to any address of its: it is the same server that answers.
        const destinations = ownAddresses(node);
        return [[key, { sources, destinations, protocol: "tcp", port: ssh }]];
      }),
    );
  }

  /** Notes whose rules let the bastions in no more; asked when a script has ended, since rules are laid in several steps. */
  seal(
    world: World,
    {
      network: { nodes },
      model,
      openings,
    }: {
      readonly network: Network;
      readonly model: Model;
      readonly openings: ReadonlyMap<string, AddressOpening>;
    },
  ): void {
    const installations = world.installations();
    const { space, stations } = model.views[4];
    const byKey = new Map(stations.map((station) => [station.key, station]));
    for (const { key, publicInterface, rulesets } of nodes) {
      const opening = openings.get(key);
      const station = byKey.get(key);
      const installation = installations.get(key);
      if (opening === undefined || station === undefined || publicInterface === undefined) continue;
      if (rulesets.length === 0 || opening.sources.length === 0 || installation === undefined) continue;
      const box = {
        ...space.everything,
        source: unite(...opening.sources.map((each) => space.of(each))),
        destination: unite(...opening.destinations.map((each) => space.of(each))),
        protocol: tcp,
        destinationPort: [ssh, ssh] as const,
      };
      const { delivered } = station.arrivals(publicInterface.interface, "new");
      if (!delivered.some((piece) => intersectBoxes(piece.box, box) !== undefined))
        this.#sealed.add(installation);
    }
  }

  /** Machines that are on and were never seen shut. */
  left(world: World): readonly string[] {
    return [...world.installations()]
      .filter(([, installation]) => !this.#sealed.has(installation))
      .map(([key]) => key)
      .sort();
  }
}
