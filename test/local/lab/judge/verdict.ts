/** What the verifier says of one flow. */

import type { NextHop } from "../../../../local/lab/from-network.ts";
import type { LabFlow } from "../../../../local/lab/spec.ts";
import { familyOf } from "../../../../model/proof/addresses.ts";
import { roundTrips } from "../../../../model/proof/connection.ts";
import { layerOf } from "../../../../model/proof/evidence.ts";
import type { Fabric, Onward } from "../../../../model/proof/fabric.ts";
import type { Station } from "../../../../model/proof/machine.ts";
import { Model } from "../../../../model/proof/model.ts";
import type { Family, Network } from "../../../../model/proof/network.ts";
import { boxOf, protocols } from "../../../../model/proof/packets.ts";
import { ownAddresses } from "../../../../model/proof/routes.ts";
import type { Path } from "../../../../model/proof/trace.ts";

export interface Verdict {
  /** Node that it is delivered to, and its addresses and port as it arrives there. */
  readonly arrival:
    | { readonly host: string; readonly source: string; readonly address: string; readonly port: number }
    | undefined;
  readonly answered: boolean;
  /** How many it met. */
  readonly machines: number;
  /** Its way in words: machines, and what ended it. */
  readonly way: string;
  /** Delivered, but a machine on its way has the very source address: Linux drops such packets whatever rules say, the verifier does not. */
  readonly martian: boolean;
}

export class Verifier {
  readonly #model: Model;
  readonly #fabrics: Readonly<Record<Family, Fabric>>;
  readonly #hops: ReadonlyMap<string, NextHop>;

  constructor(network: Network, nextHops: readonly NextHop[]) {
    this.#model = new Model(network);
    this.#fabrics = { 4: this.#model.fabric(4, new Set()), 6: this.#model.fabric(6, new Set()) };
    this.#hops = new Map(nextHops.map((hop) => [`${hop.host} ${hop.mark}`, hop]));
  }

  /** Asked both ways the engine answers: from what is worked out for all packets, and for this one alone. Throws where they differ. */
  of(flow: LabFlow): Verdict {
    const verdict = this.#of(flow, true);
    const other = this.#of(flow, false);
    if (
      JSON.stringify({ ...verdict, way: "", machines: 0 }) !==
      JSON.stringify({ ...other, way: "", machines: 0 })
    ) {
      throw new Error(
        `two answers for ${JSON.stringify(flow)}: ${JSON.stringify([verdict, other], undefined, 2)}`,
      );
    }
    return verdict;
  }

  #of(flow: LabFlow, told: boolean): Verdict {
    const family = familyOf(flow.destination);
    const fabric = this.#fabrics[family];
    const { space } = fabric;
    const station = this.#model.views[family].stations.find(({ key }) => key === flow.from) as Station;
    const box = boxOf({
      source: space.atomOf(flow.source),
      destination: space.atomOf(flow.destination),
      protocol: protocols[flow.protocol],
      sourcePort: flow.sourcePort,
      destinationPort: flow.port,
    });
    const onwards = flow.mark === undefined ? [] : this.#byHop(fabric, flow, box);
    const found = roundTrips(
      fabric,
      ({ node }) => layerOf(this.#model, node.key),
      { station, box, onwards },
      ({ ending }) => ending.kind === "delivered",
      told,
    );
    const [only] = found;
    if (only === undefined || found.length > 1) {
      throw new Error(`${found.length} ways for ${JSON.stringify(flow)}: one is all that this network has`);
    }
    const { way, works } = only;
    const { ending } = way;
    if (ending.kind === "undetermined") throw new Error(`undetermined: ${ending.why}`);
    const { source, destination, destinationPort } = way.box;
    const arrival = {
      source: space.textOf(source[0] as number),
      address: space.textOf(destination[0] as number),
      port: destinationPort[0] as number,
    };
    return {
      arrival: ending.kind === "delivered" ? { host: ending.station.key, ...arrival } : undefined,
      answered: works,
      machines: way.steps.length,
      way: inWords(way),
      martian:
        ending.kind === "delivered" &&
        way.steps.some(
          (step) => step.incoming !== undefined && ownAddresses(step.station.node).includes(flow.source),
        ),
    };
  }

  #byHop(fabric: Fabric, flow: LabFlow, box: Onward["box"]): readonly Onward[] {
    const hop = this.#hops.get(`${flow.from} ${flow.mark}`) as NextHop;
    const leg = this.#model.node(flow.from)?.legs.find((each) => each.interface === hop.interface);
    return fabric
      .membersOf(leg?.privateNetwork ?? "")
      .filter((member) =>
        [...member.leg.addresses, ...member.leg.virtualAddresses].some(
          (each) => each.split("/")[0] === hop.gateway,
        ),
      )
      .map((member) => ({
        box,
        to: { kind: "station", station: member.station, incoming: member.leg.interface },
        crossed: [],
        doubt: undefined,
      }));
  }
}

function inWords({ steps, ending }: Path): string {
  const hops = steps.map(
    ({ station, incoming, rules }) =>
      `${incoming ?? "itself"} > ${station.key} (${rules.map(({ chain, index }) => `${chain} ${index}`).join(", ")})`,
  );
  const end =
    ending.kind === "delivered"
      ? `delivered to ${ending.station.key}`
      : ending.kind === "denied"
        ? `denied by ${ending.node ?? ending.resource} ${ending.rule === undefined ? "" : `${ending.rule.chain} ${ending.rule.index}`}`
        : ending.kind;
  return [...hops, end].join("; ");
}
