/** The part of a large network that a lab can have: one member of every pair, the reserved networks, and a few of each pair's others. */
import type { Network, Node } from "../../../../model/proof/network.ts";
import type { Random } from "./random.ts";

/** Of each network, so many hosts at most; more where Scaleway's gateways and load balancers are. Of each pair, so many networks of its own. */
const mostHosts = 3;
const mostOfEdge = 8;
const mostNetworks = 2;

/** Keys of the nodes to keep. */
export function sliceOf({ nodes }: Network, random: Random): ReadonlySet<string> {
  const pairs = pairsOf(nodes);
  const kept = new Set<string>(pairs.map((members) => random.of(members).key));
  const routers = new Set(pairs.flat().map(({ key }) => key));
  const serving = Map.groupBy(
    pairs.flatMap((members, pair) => networksOf(members[0] as Node).map((network) => ({ network, pair }))),
    ({ network }) => network,
  );
  const chosen = new Set(
    [...serving].filter(([, pairsOfIt]) => pairsOfIt.length > 1).map(([network]) => network),
  );
  for (const pair of pairs.keys()) {
    const own = [...serving]
      .filter(([, list]) => list.length === 1 && list[0]?.pair === pair)
      .map(([key]) => key);
    for (let count = 0; count < mostNetworks && own.length > 0; count += 1) {
      chosen.add(own.splice(random.below(own.length), 1)[0] as string);
    }
  }
  for (const network of chosen) {
    const hosts = nodes.filter((node) => !routers.has(node.key) && networksOf(node).includes(network));
    // By zone in turn: a service answers from both.
    const zones = [...Map.groupBy(hosts, ({ zone }) => zone).values()];
    const edge = hosts.some(({ kind }) => kind === "gateway" || kind === "load-balancer");
    const most = edge ? mostOfEdge : mostHosts;
    for (let index = 0; index < most; index += 1) {
      const host = zones[index % zones.length]?.[Math.floor(index / zones.length)];
      if (host !== undefined) kept.add(host.key);
    }
  }
  return kept;
}

function networksOf({ legs }: Node): readonly string[] {
  return legs.flatMap(({ privateNetwork }) => privateNetwork ?? []);
}

/** Members that hold the same addresses. */
function pairsOf(nodes: readonly Node[]): readonly (readonly Node[])[] {
  const members = nodes.filter(({ legs }) =>
    legs.some(({ virtualAddresses }) => virtualAddresses.length > 0),
  );
  const pairs = Map.groupBy(
    members,
    ({ legs }) => legs.flatMap(({ virtualAddresses }) => virtualAddresses)[0],
  );
  return [...pairs.values()];
}
