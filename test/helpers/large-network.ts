/** A network like guadeloupe's of any size: segments of two hosts behind pairs of firewalls that meet on one transit network. */

import type { Permission } from "../../model/proof/declared.ts";
import type { Leg, Network, Node, Route, Ruleset } from "../../model/proof/network.ts";

const origin = { resource: "bench", stack: "bench" };
const segmentsOfPair = 15;
/** Of guadeloupe's size: eight inner pairs. */
const pairs = 8;
const closed = { origin, defaultPolicy: "drop", rules: [] } as const;
const transit = "transit";

export function largeNetwork(factor: number): {
  readonly network: Network;
  readonly permissions: readonly Permission[];
} {
  const count = factor * pairs * segmentsOfPair;
  const segments = Array.from({ length: count }, (_, number) => number);
  // Every segment uses the next ones of its own pair and of others, and all use two hubs.
  const flows = segments.flatMap((from) =>
    [from + 1, from + 17, from + 31, 0, 1]
      .map((to) => to % count)
      .filter((to, index, all) => to !== from && all.indexOf(to) === index)
      .map((to) => ({ from, to })),
  );
  const nodes = [
    ...segments.flatMap((segment) => [5, 6].map((host) => hostOf(segment, host))),
    ...Array.from({ length: factor * pairs }, (_, pair) =>
      [0, 1].map((member) => memberOf(pair, member, count, flows)),
    ).flat(),
  ];
  return {
    network: {
      vpcs: [{ key: "vpc", origin, acls: { 4: closed, 6: closed }, routes: [], connectedTo: [] }],
      privateNetworks: [
        ...segments.map((segment) => ({
          key: nameOf(segment),
          name: nameOf(segment),
          origin,
          vpc: "vpc",
          prefixes: [prefixOf(segment)],
        })),
        { key: transit, name: transit, origin, vpc: "vpc", prefixes: ["10.255.0.0/16"] },
      ],
      nodes,
      undetermined: [],
    },
    permissions: flows.map(({ from, to }) => ({
      from: nameOf(from),
      to: nameOf(to),
      protocol: "tcp",
      first: 8443,
      last: 8443,
    })),
  };
}

const nameOf = (segment: number): string => `segment-${segment}`;
const base = (segment: number): string => `10.${segment >> 8}.${segment & 255}`;
const prefixOf = (segment: number): string => `${base(segment)}.0/26`;
const pairOf = (segment: number): number => Math.floor(segment / segmentsOfPair);
const transitAddress = (pair: number, last: number): string => `10.255.${pair}.${last}`;

function nodeOf(key: string, legs: readonly Leg[], over: Partial<Node>): Node {
  return {
    key,
    name: key,
    kind: "instance",
    origin,
    zone: "fr-par-1",
    role: "fleet",
    application: undefined,
    workload: undefined,
    legs,
    publicInterface: undefined,
    rulesets: [],
    forwards: { 4: false, 6: false },
    speaks: { 4: true, 6: false },
    routes: [],
    carriedBy: [],
    translations: [],
    ...over,
  };
}

function legOf(network: string, address: string, virtual: readonly string[] = []): Leg {
  return {
    interface: network,
    privateNetwork: network,
    addresses: [address],
    virtualAddresses: virtual,
    beyond: [],
  };
}

function hostOf(segment: number, host: number): Node {
  return nodeOf(`${nameOf(segment)}-${host}`, [legOf(nameOf(segment), `${base(segment)}.${host}/26`)], {
    routes: [{ destination: "0.0.0.0/0", gateway: `${base(segment)}.2`, interface: nameOf(segment) }],
  });
}

function memberOf(
  pair: number,
  member: number,
  count: number,
  flows: readonly { readonly from: number; readonly to: number }[],
): Node {
  const own = Array.from({ length: segmentsOfPair }, (_, index) => pair * segmentsOfPair + index);
  const routes: Route[] = Array.from({ length: count }, (_, segment) => segment)
    .filter((segment) => pairOf(segment) !== pair)
    .map((segment) => ({
      destination: prefixOf(segment),
      gateway: transitAddress(pairOf(segment), 1),
      interface: transit,
    }));
  const side = (segment: number): string => (pairOf(segment) === pair ? nameOf(segment) : transit);
  return nodeOf(
    `firewall-${pair}-${member}`,
    [
      ...own.map((segment) =>
        legOf(nameOf(segment), `${base(segment)}.${3 + member}/26`, [`${base(segment)}.2`]),
      ),
      legOf(transit, `${transitAddress(pair, 2 + member)}/16`, [transitAddress(pair, 1)]),
    ],
    {
      role: "firewall",
      forwards: { 4: true, 6: false },
      routes,
      rulesets: [
        rulesOf(
          flows.filter(({ from, to }) => pairOf(from) === pair || pairOf(to) === pair),
          side,
        ),
      ],
    },
  );
}

/** As estates have them: a map from interfaces to chains, and in each a rule a flow. */
function rulesOf(
  flows: readonly { readonly from: number; readonly to: number }[],
  side: (segment: number) => string,
): Ruleset {
  const table = { family: "inet", table: "archipel" };
  const match = (left: unknown, right: unknown) => ({ match: { op: "==", left, right } });
  const address = (field: string) => ({ payload: { protocol: "ip", field } });
  const addresses = (segment: number) => ({ set: [5, 6].map((host) => `${base(segment)}.${host}`) });
  const chains = Map.groupBy(flows, ({ from, to }) => `${side(from)}-to-${side(to)}`);
  const key = { concat: [{ meta: { key: "iifname" } }, { meta: { key: "oifname" } }] };
  const rule = (chain: string, ...expr: unknown[]) => ({ add: { rule: { ...table, chain, expr } } });
  const entries = [...chains].map(([chain, [first]]) => [
    { concat: [side(first?.from ?? 0), side(first?.to ?? 0)] },
    { jump: { target: chain } },
  ]);
  const nftables = [
    { add: { table: { family: "inet", name: "archipel" } } },
    ...["input", "forward"].map((hook) => ({
      add: { chain: { ...table, name: hook, type: "filter", hook, prio: 0, policy: "drop" } },
    })),
    ...[...chains.keys()].map((name) => ({ add: { chain: { ...table, name } } })),
    rule("forward", match({ ct: { key: "state" } }, ["established", "related"]), { accept: null }),
    rule("forward", { vmap: { key, data: { set: entries } } }),
    ...[...chains].flatMap(([chain, group]) =>
      group.map(({ from, to }) =>
        rule(
          chain,
          match(address("saddr"), addresses(from)),
          match(address("daddr"), addresses(to)),
          match({ payload: { protocol: "tcp", field: "dport" } }, 8443),
          { accept: null },
        ),
      ),
    ),
  ];
  return {
    origin,
    path: "/etc/nftables/archipel.json",
    stage: "configured",
    json: JSON.stringify({ nftables }),
  };
}
