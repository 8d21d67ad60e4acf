/** Small networks by hand: two segments, a client and a server, a router between them. */
import type { LabHost, LabInterface, LabRoute, LabSpec } from "../../../local/lab/spec.ts";

export function plainHost(
  name: string,
  interfaces: readonly LabInterface[],
  routes: readonly LabRoute[] = [],
  more: Partial<LabHost> = {},
): LabHost {
  return {
    name,
    interfaces,
    forwards: { 4: false, 6: false },
    routes,
    rulesets: [],
    reversePathFilter: 0,
    ...more,
  };
}

export function leg(name: string, segment: string, ...addresses: string[]): LabInterface {
  return { name, segment, addresses, ipv6: addresses.some((each) => each.includes(":")) };
}

export function via(gateway: string, name: string): LabRoute {
  const destination = gateway.includes(":") ? "::/0" : "0.0.0.0/0";
  return { destination, gateway, interface: name };
}

type Expression = Readonly<Record<string, unknown>>;

const table = { family: "inet", table: "lab" };

/** A table `inet lab` of base chains (hook and policy by name) and rules in order. */
export function rules(
  chains: readonly (readonly [name: string, type: string, hook: string, prio: number, policy: string])[],
  list: readonly (readonly [chain: string, ...expressions: Expression[]])[],
  plain: readonly string[] = [],
): string {
  return JSON.stringify({
    nftables: [
      { add: { table: { family: "inet", name: "lab" } } },
      ...plain.map((name) => ({ add: { chain: { ...table, name } } })),
      ...chains.map(([name, type, hook, prio, policy]) => ({
        add: { chain: { ...table, name, type, hook, prio, policy } },
      })),
      ...list.map(([chain, ...expr]) => ({ add: { rule: { ...table, chain, expr } } })),
    ],
  });
}

export const established: Expression = {
  match: { op: "in", left: { ct: { key: "state" } }, right: ["established", "related"] },
};
export const accept: Expression = { accept: null };
export const drop: Expression = { drop: null };
export const meta = (key: string, right: string): Expression => ({
  match: { op: "==", left: { meta: { key } }, right },
});
export const field = (protocol: string, name: string, right: unknown): Expression => ({
  match: { op: "==", left: { payload: { protocol, field: name } }, right },
});

export const client = { 4: "10.9.1.10", 6: "fd00:9:1::10" };
export const server = { 4: "10.9.2.10", 6: "fd00:9:2::10" };
export const router = { outside: "10.9.1.1", inside: "10.9.2.1" };

/** The client behind `pn-a` of the router, the server behind `pn-b`; both families everywhere. */
export function routed(ruleset: string, more: Partial<LabHost> = {}): LabSpec {
  return {
    hosts: [
      plainHost(
        "client",
        [leg("eth0", "a", "10.9.1.10/24", "fd00:9:1::10/64")],
        [via("10.9.1.1", "eth0"), via("fd00:9:1::1", "eth0")],
      ),
      plainHost(
        "router",
        [
          leg("pn-a", "a", "10.9.1.1/24", "fd00:9:1::1/64"),
          leg("pn-b", "b", "10.9.2.1/24", "fd00:9:2::1/64"),
        ],
        [],
        { forwards: { 4: true, 6: true }, rulesets: [ruleset], ...more },
      ),
      plainHost(
        "server",
        [leg("eth0", "b", "10.9.2.10/24", "fd00:9:2::10/64")],
        [via("10.9.2.1", "eth0"), via("fd00:9:2::1", "eth0")],
      ),
    ],
  };
}
