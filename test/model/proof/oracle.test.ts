/** The symbolic engine against an interpreter that follows one packet at a time and shares nothing with it. */
import { expect, test } from "vitest";
import type { Fabric } from "../../../model/proof/fabric.ts";
import { Model } from "../../../model/proof/model.ts";
import type { Network } from "../../../model/proof/network.ts";
import type { AtomPacket, Box } from "../../../model/proof/packets.ts";
import { boxCovers, boxOf, fields, sampleOf } from "../../../model/proof/packets.ts";
import { hostsOf, internet, type Place, placesOf, sendingFrom } from "../../../model/proof/places.ts";
import { type Reached, reachFrom } from "../../../model/proof/reach.ts";
import { tell } from "../../helpers/figures.ts";
import { leftByInternet, senderOf } from "./oracle/agreement.ts";
import { Oracle } from "./oracle/oracle.ts";
import { numberOf, type Packet, textOf } from "./oracle/packet.ts";
import { type Random, randomOf } from "./oracle/random.ts";
import { randomNetwork } from "./oracle/random-network.ts";
import { ports } from "./oracle/random-rulesets.ts";

const networks = Number(process.env.PROOF_NETWORKS ?? 300);
const firstSeed = Number(process.env.PROOF_SEED ?? 1);
const packetsEach = 12;

test(
  `agrees with the oracle on ${networks} random networks, both families`,
  () => {
    let compared = 0;
    for (let seed = firstSeed; seed < firstSeed + networks; seed += 1) compared += compareNetwork(seed);
    expect(compared).toBeGreaterThan(networks * packetsEach);
    tell(`${networks} networks from seed ${firstSeed}, ${compared} comparisons: all agree`);
  },
  120_000 + networks * 500,
);

function compareNetwork(seed: number): number {
  const random = randomOf(seed);
  const network = randomNetwork(random);
  const model = new Model(network);
  let compared = 0;
  for (const family of [4, 6] as const) {
    const fabric = model.fabric(family, new Set());
    for (const place of placesOf(network, []).filter(({ kind }) => kind !== "tunnel")) {
      const reached = reachFrom(fabric, sendingFrom(model, fabric, place));
      expect(reached.flatMap(({ doubt }) => doubt ?? [])).toEqual([]);
      const oracle = (packet: Packet): ReadonlySet<string> => {
        if (place === internet) return new Oracle(network).fromInternet(packet);
        const senders = hostsOf(model, fabric, place.key).map(({ station }) => station.node);
        if (senders.length === 0) return new Set();
        return new Oracle(network).fromPrivateNetwork(place.key, senders, packet);
      };
      const context = `seed ${seed}, IPv${family}, from ${place.key}`;
      compared += eachDelivered(fabric, reached, oracle, context, network, place);
      compared += eachPacket(
        random,
        fabric,
        network.pool.addresses,
        reached,
        oracle,
        context,
        network,
        place,
      );
    }
  }
  return compared;
}

/** Every box that is said to arrive: one packet of it, sent as the evidence says, must arrive with the naive interpreter too. */
function eachDelivered(
  fabric: Fabric,
  reached: readonly Reached[],
  oracle: (packet: Packet) => ReadonlySet<string>,
  context: string,
  network: Network,
  place: Place,
): number {
  for (const each of reached) {
    if (place !== internet && leftByInternet(each) && translates(place, network)) continue;
    for (const arriving of corners(each.box)) {
      const sent = senderOf(each, arriving);
      if (sent === undefined) continue;
      const found = normalised(oracle(concrete(fabric, sent)), network);
      const wanted = normalised([`${endOf(each)} ${textOf(concrete(fabric, arriving))}`], network);
      const shown = `${context}: ${[...wanted].join()} sent as ${textOf(concrete(fabric, sent))}`;
      expect(
        [...wanted].every((one) => found.has(one)),
        shown,
      ).toBe(true);
    }
  }
  return reached.length;
}

/** Random packets: whatever the interpreter delivers must be in a box that arrives there. */
function eachPacket(
  random: Random,
  fabric: Fabric,
  pool: readonly string[],
  reached: readonly Reached[],
  oracle: (packet: Packet) => ReadonlySet<string>,
  context: string,
  network: Network,
  place: Place,
): number {
  const { space } = fabric;
  const own = network.nodes.flatMap((node) => node.publicInterface?.addresses ?? []);
  const outside = ["8.8.8.8", "2a00::1", "10.9.0.1", "198.51.100.70"];
  const addresses = [...pool, ...pool, ...own, ...outside].filter(
    (each) => each.includes(":") === (space.family === 6),
  );
  for (let index = 0; index < packetsEach; index += 1) {
    const protocol = random.pick([1, 6, 6, 6, 17, 17, 58, 112]);
    const packet: Packet = {
      family: space.family,
      source: numberOf(random.pick(addresses)),
      destination: numberOf(random.pick(addresses)),
      protocol,
      sourcePort: random.pick([40_000, 443]),
      destinationPort:
        protocol === 1 || protocol === 58
          ? random.pick([0, 8, 128])
          : random.pick([...ports, 8, 21, 52, 54, 79, 81, 442, 444]),
    };
    for (const delivery of oracle(packet)) {
      const [end = "", ...values] = delivery.split(" ");
      const box = atomBox(fabric, values);
      const inside = reached.some((each) => endOf(each) === end && boxCovers(each.box, box));
      expect(inside, `${context} (${place.kind}): ${delivery} sent as ${textOf(packet)}`).toBe(true);
    }
  }
  return packetsEach;
}

function translates({ key }: Place, { nodes }: Network): boolean {
  const members = nodes.filter(({ legs }) => legs.some(({ privateNetwork }) => privateNetwork === key));
  return members.some(({ rulesets }) => rulesets.some(({ json }) => json.includes('"nat"')));
}

/** The least and the greatest packet of a box, and a plain one. */
function corners(box: Box): readonly AtomPacket[] {
  const pick = (at: (values: readonly number[]) => number): AtomPacket =>
    Object.fromEntries(fields.map((field) => [field, at(box[field])])) as unknown as AtomPacket;
  return [sampleOf(box), pick((values) => values[0] as number), pick((values) => values.at(-1) as number)];
}

function endOf({ at }: Reached): string {
  return at.kind === "station" ? at.station.key : at.kind === "internet" ? "internet" : at.interface;
}

function concrete({ space }: Fabric, packet: AtomPacket): Packet {
  return {
    family: space.family,
    source: numberOf(space.textOf(packet.source)),
    destination: numberOf(space.textOf(packet.destination)),
    protocol: packet.protocol,
    sourcePort: packet.sourcePort,
    destinationPort: packet.destinationPort,
  };
}

function atomBox({ space }: Fabric, [, source, destination, ...rest]: readonly string[]): Box {
  const [protocol, sourcePort, destinationPort] = rest.map(Number) as [number, number, number];
  return boxOf({
    source: space.atomOfNumber(BigInt(source as string)),
    destination: space.atomOfNumber(BigInt(destination as string)),
    protocol,
    sourcePort,
    destinationPort,
  });
}

/** A load balancer's connections come from any port of its own. */
function normalised(deliveries: Iterable<string>, { nodes }: Network): ReadonlySet<string> {
  const balances = nodes.some(({ kind }) => kind === "load-balancer");
  return new Set(
    [...deliveries].map((each) => {
      const words = each.split(" ");
      return balances ? words.filter((_, index) => index !== 5).join(" ") : each;
    }),
  );
}
