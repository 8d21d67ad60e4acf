/** What must hold between the proofs of a network and of the same network changed: no reference answer is needed. */
import { expect, test } from "vitest";
import { Model } from "../../../model/proof/model.ts";
import type { Network, Node } from "../../../model/proof/network.ts";
import type { Box, PacketSet } from "../../../model/proof/packets.ts";
import { isSubset } from "../../../model/proof/packets.ts";
import { placesOf, sendingFrom } from "../../../model/proof/places.ts";
import { reachFrom } from "../../../model/proof/reach.ts";
import { type Random, randomOf } from "./oracle/random.ts";
import { randomNetwork } from "./oracle/random-network.ts";

const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

/** Packets that arrive, by where they are from and the node that takes them. Only one network's atoms are comparable, so both are read together. */
function reachedIn(
  network: Network,
  lost: readonly string[] = [],
  name = (key: string): string => key,
): Map<string, Box[]> {
  const model = new Model(network);
  const found = new Map<string, Box[]>();
  for (const family of [4, 6] as const) {
    const fabric = model.fabric(family, new Set(lost));
    for (const place of placesOf(network, [])) {
      for (const { at, box } of reachFrom(fabric, sendingFrom(model, fabric, place))) {
        const end =
          at.kind === "station" ? name(at.station.key) : at.kind === "internet" ? "internet" : at.interface;
        const key = `${family} ${place.key} ${end}`;
        found.set(key, [...(found.get(key) ?? []), box]);
      }
    }
  }
  return found;
}

function opensNothing(
  before: ReadonlyMap<string, PacketSet>,
  after: ReadonlyMap<string, PacketSet>,
): boolean {
  return [...after].every(([key, boxes]) => isSubset(boxes, before.get(key) ?? []));
}

function same(before: ReadonlyMap<string, PacketSet>, after: ReadonlyMap<string, PacketSet>): boolean {
  return opensNothing(before, after) && opensNothing(after, before);
}

/** The same network with rules of kernels changed, node by node. */
function withRules(network: Network, change: (commands: unknown[], node: Node) => unknown[]): Network {
  const nodes = network.nodes.map((node) => ({
    ...node,
    rulesets: node.rulesets.map((ruleset) => {
      const { nftables } = JSON.parse(ruleset.json) as { nftables: unknown[] };
      return { ...ruleset, json: JSON.stringify({ nftables: change(nftables, node) }) };
    }),
  }));
  return { ...network, nodes };
}

/** Changes must not change the atoms: a rule that is taken out stays in a chain that nothing jumps to. */
function parked(commands: readonly unknown[], rule: unknown): unknown[] {
  const { add } = rule as {
    readonly add: { readonly rule: { readonly family: string; readonly table: string } };
  };
  const { family, table } = add.rule;
  return [
    ...commands,
    { add: { chain: { family, table, name: "parked" } } },
    { add: { rule: { ...add.rule, chain: "parked" } } },
  ];
}

const decides = (rule: unknown, verdict: string): boolean =>
  (rule as { add?: { rule?: { expr?: readonly object[] } } }).add?.rule?.expr?.some(
    (each) => verdict in each,
  ) === true;

const isOfBase = (rule: unknown): boolean => {
  const { chain } = (rule as { readonly add: { readonly rule: { readonly chain: string } } }).add.rule;
  return ["input", "forward", "output"].includes(chain);
};

/** Where all rules accept and all policies drop, packets of an accept that goes are left to rules that could only accept them too. */
function withoutAccept(random: Random, network: Network): Network {
  return withRules(network, (commands) => {
    const accepts = commands.filter((each) => decides(each, "accept") && isOfBase(each));
    if (accepts.length === 0) return commands;
    const gone = random.pick(accepts);
    return parked(
      commands.filter((each) => each !== gone),
      gone,
    );
  });
}

test("taking an accept away opens nothing where only accepts are", () => {
  let tried = 0;
  for (const seed of seeds) {
    const random = randomOf(seed);
    const network = withRules(randomNetwork(random), (commands) =>
      commands
        .filter(
          (each) =>
            !["drop", "return", "jump", "goto", "vmap", "dnat", "snat", "masquerade"].some((one) =>
              decides(each, one),
            ),
        )
        .map(
          (each) =>
            JSON.parse(JSON.stringify(each).replaceAll('"policy":"accept"', '"policy":"drop"')) as unknown,
        ),
    );
    const fewer = withoutAccept(random, network);
    if (JSON.stringify(fewer) !== JSON.stringify(network)) tried += 1;
    expect(opensNothing(reachedIn(network), reachedIn(fewer)), `seed ${seed}`).toBe(true);
  }
  expect(tried).toBeGreaterThan(seeds.length / 2);
});

test("a drop first in an ACL opens nothing", () => {
  for (const seed of seeds) {
    const network = randomNetwork(randomOf(seed));
    const stricter = {
      ...network,
      vpcs: network.vpcs.map((vpc) => {
        const [first] = vpc.acls[4].rules;
        if (first === undefined) return vpc;
        const acl = { ...vpc.acls[4], rules: [{ ...first, action: "drop" } as const, ...vpc.acls[4].rules] };
        return { ...vpc, acls: { ...vpc.acls, 4: acl } };
      }),
    };
    expect(opensNothing(reachedIn(network), reachedIn(stricter)), `seed ${seed}`).toBe(true);
  }
});

test("losing a machine opens nothing", () => {
  for (const seed of seeds) {
    const random = randomOf(seed);
    const network = randomNetwork(random);
    const lost = random.pick(network.nodes).key;
    expect(opensNothing(reachedIn(network), reachedIn(network, [lost])), `seed ${seed}, ${lost}`).toBe(true);
  }
});

test("other names and another order change nothing", () => {
  for (const seed of seeds) {
    const network = randomNetwork(randomOf(seed));
    const renamed = {
      ...network,
      nodes: network.nodes.toReversed().map((node) => ({ ...node, key: `renamed ${node.key}` })),
      privateNetworks: network.privateNetworks.toReversed(),
      vpcs: network.vpcs.toReversed(),
    };
    const after = reachedIn(renamed, [], (key) => key.replace("renamed ", ""));
    expect(same(reachedIn(network), after), `seed ${seed}`).toBe(true);
  }
});

test("rules that accept may stand in any order among themselves", () => {
  for (const seed of seeds) {
    const network = randomNetwork(randomOf(seed));
    const turned = withRules(network, (commands) => {
      const result = [...commands];
      for (let index = 0; index + 1 < result.length; index += 1) {
        const [one, other] = [result[index], result[index + 1]];
        const both = [one, other].every((each) => decides(each, "accept") && !decides(each, "vmap"));
        const chains = new Set(
          [one, other].map((each) => (each as { add?: { rule?: { chain?: string } } }).add?.rule?.chain),
        );
        if (both && chains.size === 1) [result[index], result[index + 1]] = [other, one];
      }
      return result;
    });
    expect(same(reachedIn(network), reachedIn(turned)), `seed ${seed}`).toBe(true);
  }
});
