/** Who a permission means, at both ends: nobody else of the same place passes by it. */
import { describe, expect, test } from "vitest";
import { declarationsOf } from "../../../model/proof/declarations.ts";
import type { Permission } from "../../../model/proof/declared.ts";
import { differenceOf } from "../../../model/proof/difference.ts";
import type { Violation } from "../../../model/proof/matrix.ts";
import type { Network, Node } from "../../../model/proof/network.ts";
import { prove } from "../../../model/proof/prove.ts";
import { plannedEstate } from "../../helpers/estate-resources.ts";
import * as small from "./small.ts";
import {
  accept,
  declared,
  drop,
  established,
  firewall,
  host,
  leg,
  match,
  network,
  node,
  payload,
  ruleset,
  toB443,
} from "./small.ts";

const flows = (net: Network, permissions: readonly Permission[]): readonly Violation[] =>
  prove(net, permissions).violations.filter((each): each is Violation => each.kind === "flow");
const told = (violations: readonly Violation[]): readonly string[] =>
  violations.map(({ from, to, receiver, services }) => `${from} → ${to} (${receiver}) ${services.join(" ")}`);

const ssh = match(payload("tcp", "dport"), 22);
const bastions = { from: "a", to: "b", protocol: "tcp", first: 22, last: 22 } as const;
const role = (name: string) => ({ kind: "role", name });

describe("a firewall takes for itself", () => {
  const taking = (...tests: readonly small.Statement[]): Node =>
    firewall([toB443], {
      rulesets: ruleset({
        antispoof: { hook: "prerouting", prio: -300, policy: "accept", rules: [[small.noWayBack, drop]] },
        input: {
          hook: "input",
          rules: [
            [established, accept],
            [...tests, accept],
          ],
        },
        forward: { hook: "forward", rules: [[established, accept], toB443] },
      }),
    });
  const net = network([
    host("a", 1),
    host("b", 2),
    taking(match({ meta: { key: "iifname" } }, "pn-a"), match({ meta: { key: "nfproto" } }, "ipv4"), ssh),
  ]);

  test("nothing of what is permitted to networks that it serves, nor to their servers", () => {
    for (const receiver of [undefined, role("server"), { kind: "workload", name: "b-server" }])
      expect(told(flows(net, [...declared, { ...bastions, receiver }]))).toEqual([
        "a → a (firewall) tcp/22",
        "a → b (firewall) tcp/22",
      ]);
  });

  test("what is permitted to firewalls, by whichever of its addresses", () => {
    expect(flows(net, [...declared, { ...bastions, receiver: role("firewall") }])).toEqual([]);
  });
});

describe("of a server's role", () => {
  const outside = { interface: "ens2", addresses: ["192.0.2.1"], securityGroup: small.group("accept") };
  const public22 = (over: Partial<Node>): Network =>
    network([
      host("a", 1),
      host("b", 2, {
        publicInterface: outside,
        rulesets: ruleset({ input: { hook: "input", rules: [[ssh, accept]] } }),
        ...over,
      }),
      firewall([]),
    ]);
  const permission = { ...bastions, from: "internet", receiver: role("bastion") };

  test("only servers that have it are meant", () => {
    expect(flows(public22({ role: "bastion" }), [permission])).toEqual([]);
    expect(told(flows(public22({ role: "fleet" }), [permission]))).toEqual(["internet → b (b-1) tcp/22"]);
  });

  test("what is for load balancers is nothing to whom the internet reaches without one", () => {
    const permissions = [{ ...permission, receiver: role("load-balancer") }];
    const balanced = node("balancer", [leg("b", 2, 7)], {
      kind: "load-balancer",
      publicInterface: { interface: "public", addresses: ["192.0.2.9"], securityGroup: undefined },
      translations: [
        {
          origin: small.origin,
          kind: "balance",
          protocol: "tcp",
          listen: { from: "internet", ports: [443, 443] },
          targets: [{ address: "10.0.2.1", ports: [22, 22] }],
        },
      ],
    });
    const behind = network([host("a", 1), host("b", 2), firewall([]), balanced]);
    expect(flows(behind, permissions)).toEqual([]);
    expect(told(flows(public22({}), permissions))).toEqual(["internet → b (b-1) tcp/22"]);
  });
});

describe("a permission that names its sender", () => {
  const sender = { kind: "workload", name: "a-app" };
  const named = [{ ...declared[0], sender }];
  const app = host("a", 1, { workload: "a-app" });
  const other = node("a-other", [leg("a", 1, 2)], { workload: "a-other" });
  /** Lets anybody's tcp/443 through to b. */
  const wide = [match(payload("ip", "daddr"), "10.0.2.1"), match(payload("tcp", "dport"), 443), accept];

  test("is not one for its neighbours: their own addresses must not pass", () => {
    const net = network([app, other, host("b", 2), firewall([wide])]);
    const violations = flows(net, named);
    expect(told(violations)).toEqual(["a → b (b-1) tcp/443"]);
    expect(violations[0]?.packet).toMatchObject({ source: "10.0.1.2" });
    expect(flows(net, declared)).toEqual([]);
  });

  test("is kept by a rule that names its addresses, which a neighbour may still forge", () => {
    expect(flows(network([app, other, host("b", 2), firewall([toB443])]), named)).toEqual([]);
  });

  test("is not kept where the sender is translated before anybody could tell who it is", () => {
    const hidden = firewall([wide], {
      rulesets: [
        ...ruleset({
          forward: { hook: "forward", rules: [[established, accept], wide] },
          departures: {
            hook: "postrouting",
            type: "nat",
            prio: 100,
            policy: "accept",
            rules: [[{ masquerade: null }]],
          },
          input: { hook: "input", rules: [] },
        }),
      ],
    });
    expect(told(flows(network([app, other, host("b", 2), hidden]), named))).toEqual(["a → b (b-1) tcp/443"]);
    expect(flows(network([app, host("b", 2), hidden]), named)).toEqual([]);
  });

  test("does not approve a change that lets its neighbours through", () => {
    const permissions = named.map((each) =>
      small.permission(each as Partial<ReturnType<typeof small.permission>>),
    );
    const before = network([app, other, host("b", 2), firewall([toB443])]);
    const after = network([app, other, host("b", 2), firewall([wide])]);
    expect(differenceOf(before, before, { permissions }).held).toBe(true);
    expect(differenceOf(before, after, { permissions })).toMatchObject({
      held: false,
      changes: [{ kind: "widened", unapproved: ["tcp/443"], packet: { source: "10.0.1.2" } }],
    });
  });
});

describe("people of an access group", () => {
  const tunnel = {
    interface: "wg-clients",
    privateNetwork: undefined,
    addresses: ["172.31.0.1/24"],
    virtualAddresses: [],
    beyond: ["172.31.0.0/24"],
  };
  const isFrom = (prefix: string) => {
    const [addr, len] = prefix.split("/");
    return match(payload("ip", "saddr"), { prefix: { addr, len: Number(len) } });
  };
  const toB = (prefix: string): readonly small.Statement[] => [isFrom(prefix), ...toB443.slice(1)];
  const net = (prefix: string): Network => {
    const access = firewall([toB(prefix)]);
    return network([host("b", 2), { ...access, legs: [...access.legs, tunnel] }]);
  };
  const sites = [{ name: "staff@vpn", prefixes: ["172.31.0.16/28"] }];
  const staff = [{ ...declared[0], from: "staff@vpn" }];

  test("reach what is permitted to it, by the addresses that are its", () => {
    expect(prove(net("172.31.0.16/28"), staff, { sites })).toMatchObject({
      held: true,
      requiredFlowsPassed: 1,
    });
    expect(prove(net("172.31.0.32/28"), staff, { sites }).requiredFlowsFailed).toMatchObject([
      { sender: "staff@vpn", receiver: "b-1" },
    ]);
  });

  test("are others than those outside of it, who must not pass by the same rule", () => {
    const { violations } = prove(net("172.31.0.0/24"), staff, { sites });
    expect(violations).toMatchObject([
      { from: "vpn", to: "b", services: ["tcp/443"], packet: { source: "172.31.0.0" } },
    ]);
  });

  test("are told from those of another group", () => {
    const both = [...sites, { name: "guests@vpn", prefixes: ["172.31.0.32/28"] }];
    const { violations } = prove(net("172.31.0.0/26"), staff, { sites: both });
    expect(violations.map((each) => each.kind === "flow" && each.from)).toEqual(["guests@vpn", "vpn"]);
  });

  test("are the estate's groups by the parts that are recorded, else all people together", () => {
    const { estate, declared: recorded } = plannedEstate("estates/guadeloupe");
    const froms = (permissions: readonly Permission[]) =>
      new Set(permissions.filter(({ sender }) => sender?.kind === "group").map(({ from }) => from));
    expect(froms(recorded.permissions).size).toBe(estate.accessGroups.length);
    expect(recorded.sites).toHaveLength(estate.sites.length + estate.accessGroups.length);
    expect(froms(declarationsOf(estate).permissions)).toEqual(new Set(["vpn"]));
  });
});
