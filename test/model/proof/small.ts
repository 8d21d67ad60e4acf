/** Small networks by hand, for one point each. */
import type {
  Acl,
  Leg,
  Network,
  Node,
  PrivateNetwork,
  SecurityGroup,
  Vpc,
} from "../../../model/proof/network.ts";
import type { Permission } from "../../../model/proof/permissions.ts";

export const origin = { resource: "urn:test", stack: "test" };

export const closed: Acl = { origin, defaultPolicy: "drop", rules: [] };
export const open: Acl = { origin: undefined, defaultPolicy: "accept", rules: [] };

/** A declared flow: from `a` to `b`, tcp/443. */
export function permission(over: Partial<Permission> = {}): Permission {
  const common = { from: "a", to: "b", sender: undefined, receiver: undefined, protocol: "tcp" } as const;
  const declared = {
    declaredBy: "a",
    why: "because",
    owner: "somebody",
    expires: undefined,
    forwarded: true,
  };
  return { ...common, ...declared, kind: "flow", first: 443, last: 443, key: "a → b tcp/443", ...over };
}

export function vpc(over: Partial<Vpc> = {}): Vpc {
  return { key: "vpc", origin, acls: { 4: closed, 6: closed }, routes: [], connectedTo: [], ...over };
}

/** `10.0.<number>.0/24` and `fd00:<number>::/64`. */
export function privateNetwork(name: string, number: number): PrivateNetwork {
  return { key: name, name, origin, vpc: "vpc", prefixes: [`10.0.${number}.0/24`, `fd00:${number}::/64`] };
}

export function leg(name: string, number: number, host: number, over: Partial<Leg> = {}): Leg {
  return {
    interface: `pn-${name}`,
    privateNetwork: name,
    addresses: [`10.0.${number}.${host}/24`, `fd00:${number}::${host}/64`],
    virtualAddresses: [],
    beyond: [],
    ...over,
  };
}

export function node(key: string, legs: readonly Leg[], over: Partial<Node> = {}): Node {
  return {
    key,
    name: key,
    kind: "instance",
    origin: { resource: `urn:${key}`, stack: "test" },
    zone: "fr-par-1",
    role: "server",
    application: legs[0]?.privateNetwork,
    workload: undefined,
    legs,
    publicInterface: undefined,
    rulesets: [],
    forwards: { 4: false, 6: false },
    speaks: { 4: true, 6: true },
    routes: [],
    carriedBy: [],
    translations: [],
    ...over,
  };
}

export function network(nodes: readonly Node[], over: Partial<Network> = {}): Network {
  return {
    vpcs: [vpc()],
    privateNetworks: [privateNetwork("a", 1), privateNetwork("b", 2)],
    nodes,
    undetermined: [],
    ...over,
  };
}

export type Statement = Readonly<Record<string, unknown>>;
export interface ChainText {
  readonly hook?: string;
  readonly type?: string;
  readonly prio?: number;
  readonly policy?: "accept" | "drop";
  readonly rules: readonly (readonly Statement[])[];
}

export function ruleset(
  chains: Readonly<Record<string, ChainText>>,
  path = "/etc/nftables/archipel.json",
): Node["rulesets"] {
  const table = { family: "inet", name: "t" };
  const commands = [
    { add: { table } },
    { delete: { table } },
    { add: { table } },
    ...Object.entries(chains).map(([name, { hook, type, prio, policy }]) => ({
      add: {
        chain: {
          family: "inet",
          table: "t",
          name,
          ...(hook === undefined
            ? {}
            : { hook, type: type ?? "filter", prio: prio ?? 0, policy: policy ?? "drop" }),
        },
      },
    })),
    ...Object.entries(chains).flatMap(([chain, { rules }]) =>
      rules.map((expr) => ({ add: { rule: { family: "inet", table: "t", chain, expr } } })),
    ),
  ];
  return [{ origin, path, stage: "configured", json: JSON.stringify({ nftables: commands }) }];
}

export const match = (left: unknown, right: unknown, op = "=="): Statement => ({
  match: { op, left, right },
});
export const meta = (key: string): Statement => ({ meta: { key } });
export const payload = (protocol: string, field: string): Statement => ({ payload: { protocol, field } });
export const accept: Statement = { accept: null };
export const drop: Statement = { drop: null };
export const established = match({ ct: { key: "state" } }, ["established", "related"], "in");
export const log = (prefix: string): Statement => ({ log: { prefix } });
export const noWayBack = match({ fib: { result: "oif", flags: ["saddr", "iif"] } }, false);

/** A firewall between `a` and `b`, the gateway of both. */
export function firewall(forward: readonly (readonly Statement[])[], over: Partial<Node> = {}): Node {
  return node("firewall", [leg("a", 1, 254), leg("b", 2, 254)], {
    application: undefined,
    role: "firewall",
    forwards: { 4: true, 6: true },
    rulesets: ruleset({
      antispoof: { hook: "prerouting", prio: -300, policy: "accept", rules: [[noWayBack, drop]] },
      input: { hook: "input", rules: [[established, accept]] },
      forward: { hook: "forward", rules: [[established, accept], ...forward] },
    }),
    ...over,
  });
}

export function host(name: string, number: number, over: Partial<Node> = {}): Node {
  return node(`${name}-1`, [leg(name, number, 1)], {
    routes: [
      { destination: "0.0.0.0/0", gateway: `10.0.${number}.254`, interface: `pn-${name}` },
      { destination: "::/0", gateway: `fd00:${number}::254`, interface: `pn-${name}` },
    ],
    ...over,
  });
}

export const toB443: readonly Statement[] = [
  match(payload("ip", "saddr"), "10.0.1.1"),
  match(payload("ip", "daddr"), "10.0.2.1"),
  match(payload("tcp", "dport"), 443),
  log("archipel a:b:tcp:443 "),
  accept,
];

export const declared = [{ from: "a", to: "b", protocol: "tcp", first: 443, last: 443 }] as const;

export function group(inbound: "accept" | "drop", outbound: "accept" | "drop" = "drop"): SecurityGroup {
  return {
    origin: { resource: "urn:group", stack: "test" },
    stateful: true,
    inbound: { defaultPolicy: inbound, rules: [] },
    outbound: { defaultPolicy: outbound, rules: [] },
  };
}
