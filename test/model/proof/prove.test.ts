import { describe, expect, test } from "vitest";
import type { Violation } from "../../../model/proof/matrix.ts";
import type { Network, Node } from "../../../model/proof/network.ts";
import { prove } from "../../../model/proof/prove.ts";
import * as small from "./small.ts";
import {
  accept,
  closed,
  declared,
  firewall,
  host,
  leg,
  match,
  network,
  node,
  open,
  payload,
  ruleset,
  toB443,
} from "./small.ts";

const flows = (net: Network, permissions: Parameters<typeof prove>[1] = declared): readonly Violation[] =>
  prove(net, permissions).violations.filter((each): each is Violation => each.kind === "flow");

const pairs = (violations: readonly Violation[]): readonly string[] =>
  violations.map(({ from, to, family, services }) => `${from} → ${to} IPv${family} ${services.join(" ")}`);

const allButDeclared = "icmp icmpv6 other tcp/0-442 tcp/444-65535 udp/0-65535 vrrp";

/** Two networks, a host on each, and a firewall that lets through what is declared. */
const sound = (over: Partial<Network> = {}, extra: readonly Node[] = []): Network =>
  network([host("a", 1), host("b", 2), firewall([toB443]), ...extra], over);

test("a network that does what is declared and no more is held", () => {
  const proof = prove(sound(), declared);
  expect(proof).toMatchObject({
    held: true,
    violations: [],
    undetermined: [],
    requiredFlowsPassed: 1,
    requiredFlowsFailed: [],
  });
  expect(proof.pairs.find(({ from, to, family }) => from === "a" && to === "b" && family === 4)).toEqual({
    from: "a",
    to: "b",
    family: 4,
    verdict: "allowed",
    services: ["tcp/443"],
  });
  expect(proof.pairs.find(({ from, to }) => from === "b" && to === "a")?.verdict).toBe("denied");
});

test("what a firewall lets through undeclared is shown by a packet, its hops and the rule", () => {
  const [violation] = flows(sound(), []);
  expect(violation).toMatchObject({
    from: "a",
    to: "b",
    family: 4,
    receiver: "b-1",
    services: ["tcp/443"],
    packet: { source: "10.0.1.1", destination: "10.0.2.1", protocol: "tcp", destinationPort: 443 },
  });
  expect(
    violation?.hops.map(({ node: key, rules }) => [key, rules.at(-1)?.log, rules.at(-1)?.index]),
  ).toEqual([
    ["firewall", "archipel a:b:tcp:443", 1],
    ["b-1", undefined, undefined],
  ]);
});

describe("the router of the VPC", () => {
  test("connects everything when a family's list was forgotten", () => {
    const violations = flows(sound({ vpcs: [small.vpc({ acls: { 4: closed, 6: open } })] }));
    expect(pairs(violations)).toEqual([`a → b IPv6 ${allButDeclared}`, "b → a IPv6 any"]);
    expect(violations[0]?.hops[0]).toMatchObject({ layer: "acl", resource: "urn:test", index: undefined });
  });

  test("takes the first rule that fits, from any source", () => {
    const rule = { protocol: "tcp", source: "10.0.1.9/32", sourcePorts: [0, 65_535] } as const;
    const acl = {
      ...closed,
      rules: [
        { ...rule, action: "drop", destination: "10.0.2.1/32", destinationPorts: [22, 22] },
        { ...rule, action: "accept", destination: "10.0.2.0/24", destinationPorts: [22, 23] },
      ],
    } as const;
    const violations = flows(sound({ vpcs: [small.vpc({ acls: { 4: acl, 6: closed } })] }));
    expect(pairs(violations)).toEqual(["a → b IPv4 tcp/23"]);
    expect(violations[0]?.packet.source).toBe("10.0.1.9");
    expect(violations[0]?.hops[0]).toMatchObject({ layer: "acl", index: 1 });
  });
});

describe("a host on two networks", () => {
  const double = (over: Partial<Node>): Node => node("double", [leg("a", 1, 9), leg("b", 2, 9)], over);

  test("that is lost reaches both, whatever its rules", () => {
    const rulesets = ruleset({ output: { hook: "output", rules: [] }, input: { hook: "input", rules: [] } });
    expect(pairs(flows(sound({}, [double({ rulesets })])))).toEqual([
      `a → b IPv4 ${allButDeclared}`,
      "b → a IPv4 any",
      `a → b IPv6 ${allButDeclared}`,
      "b → a IPv6 any",
    ]);
  });

  test("that forwards and is somebody's gateway lets its neighbours through", () => {
    const forwarder = double({ forwards: { 4: true, 6: false } });
    const neighbour = host("a", 1, {
      routes: [{ destination: "0.0.0.0/0", gateway: "10.0.1.9", interface: "pn-a" }],
    });
    const net = network([neighbour, host("b", 2), firewall([toB443]), forwarder]);
    // What it takes for itself is for no host either: tcp/443 too.
    expect(pairs(flows(net))).toEqual(expect.arrayContaining(["a → b IPv4 any", "b → a IPv4 any"]));
  });
});

describe("sources", () => {
  const bySource = [match(payload("ip", "saddr"), "10.0.9.9"), accept];

  test("of another network are refused by the reverse path test", () => {
    expect(flows(network([host("a", 1), host("b", 2), firewall([toB443, bySource])]))).toEqual([]);
  });

  test("of another network pass where it is missing", () => {
    const trusting = firewall([], {
      rulesets: ruleset({
        input: { hook: "input", rules: [] },
        forward: { hook: "forward", rules: [[small.established, accept], toB443, bySource] },
      }),
    });
    const [violation] = flows(network([host("a", 1), host("b", 2), trusting]));
    expect(violation).toMatchObject({ from: "a", to: "b", packet: { source: "10.0.9.9" } });
  });
});

describe("the internet", () => {
  const outside = { interface: "eno1", addresses: ["192.0.2.1"], securityGroup: undefined };

  test("reaches bare metal whose day-0 exception is left, by forging the bastion", () => {
    const rulesets = ruleset({
      input: {
        hook: "input",
        rules: [[match(payload("ip", "saddr"), "192.0.2.200"), match(payload("tcp", "dport"), 22), accept]],
      },
      output: { hook: "output", rules: [] },
    });
    const server = node("metal", [leg("b", 2, 8)], {
      kind: "bare-metal",
      publicInterface: outside,
      rulesets,
    });
    const [violation] = flows(sound({}, [server])).filter(({ from }) => from === "internet");
    expect(violation).toMatchObject({
      from: "internet",
      to: "b",
      receiver: "metal",
      services: ["tcp/22"],
      packet: { source: "192.0.2.200", destination: "192.0.2.1" },
    });
  });

  test("reaches an Instance through an open security group and no rules, and not through a closed one", () => {
    const server = (inbound: "accept" | "drop"): Node =>
      node("server", [leg("b", 2, 8)], {
        publicInterface: { ...outside, securityGroup: small.group(inbound) },
      });
    expect(flows(sound({}, [server("drop")]))).toEqual([]);
    expect(pairs(flows(sound({}, [server("accept")])))).toEqual(["internet → b IPv4 any"]);
  });

  test("is reached by whoever is root on a public Instance, as its security group lets it", () => {
    const server = (outbound: "accept" | "drop"): Node =>
      node("server", [leg("b", 2, 8)], {
        rulesets: ruleset({ output: { hook: "output", policy: "drop", rules: [] } }),
        publicInterface: { ...outside, securityGroup: small.group("drop", outbound) },
      });
    expect(flows(sound({}, [server("drop")]))).toEqual([]);
    expect(pairs(flows(sound({}, [server("accept")])))).toEqual(["b → internet IPv4 any"]);
  });

  test("reaches what a load balancer leads to", () => {
    const balancer = node("balancer", [leg("b", 2, 7)], {
      kind: "load-balancer",
      publicInterface: { ...outside, interface: "public" },
      translations: [
        {
          origin: small.origin,
          kind: "balance",
          protocol: "tcp",
          listen: { from: "internet", ports: [443, 443] },
          targets: [{ address: "10.0.2.1", ports: [8443, 8443] }],
        },
      ],
    });
    const [violation] = flows(sound({}, [balancer]));
    expect(violation).toMatchObject({
      from: "internet",
      to: "b",
      receiver: "b-1",
      packet: { destination: "192.0.2.1", destinationPort: 443 },
      arriving: { source: "10.0.2.7", destination: "10.0.2.1", destinationPort: 8443 },
    });
  });

  test("is reached by a gateway that masquerades for a network", () => {
    const gateway = node("gateway", [leg("a", 1, 7)], {
      kind: "gateway",
      publicInterface: { ...outside, interface: "public" },
      translations: [
        {
          origin: small.origin,
          kind: "masquerade",
          protocol: "any",
          listen: { from: "a", ports: [0, 65_535] },
          targets: [],
        },
      ],
    });
    const [violation] = flows(sound({}, [gateway]));
    expect(violation).toMatchObject({ from: "a", to: "internet", arriving: { source: "192.0.2.1" } });
  });
});

test("a translation of a firewall is undone in the packet that shows it", () => {
  const translating = firewall([toB443], {
    rulesets: ruleset({
      arrivals: {
        hook: "prerouting",
        type: "nat",
        prio: -100,
        policy: "accept",
        rules: [[match(payload("tcp", "dport"), 9999), { dnat: { addr: "10.0.2.1", port: 22 } }]],
      },
      early: {
        hook: "prerouting",
        prio: -200,
        policy: "accept",
        rules: [[match(payload("tcp", "dport"), 22), small.drop]],
      },
      input: { hook: "input", rules: [] },
      forward: { hook: "forward", rules: [[match(payload("tcp", "dport"), 22), accept]] },
    }),
  });
  const violation = flows(network([host("a", 1), host("b", 2), translating])).find(({ to }) => to === "b");
  expect(violation).toMatchObject({
    from: "a",
    packet: { destinationPort: 9999 },
    arriving: { destination: "10.0.2.1", destinationPort: 22 },
  });
});

test("a machine that carries guests must not forward", () => {
  const carrier = node("carrier", [leg("a", 1, 5, { addresses: [] }), leg("b", 2, 5, { addresses: [] })], {
    application: undefined,
    forwards: { 4: true, 6: false },
    rulesets: ruleset({ forward: { hook: "forward", rules: [] } }),
  });
  const guests = [
    node("guest-a", [leg("a", 1, 6)], { kind: "guest", carriedBy: ["carrier"] }),
    node("guest-b", [leg("b", 2, 6)], { kind: "guest", carriedBy: ["carrier"] }),
  ];
  const { violations } = prove(sound({}, [carrier, ...guests]), declared);
  expect(violations).toMatchObject([{ kind: "forwarding", node: "carrier" }]);
});

describe("what is not known", () => {
  test("a fact that is nobody's alone leaves no pair decided but what is violated anyway", () => {
    const undetermined = [{ origin: small.origin, property: "inputs.vpcId", why: "unknown" }];
    const { pairs: all, held } = prove(sound({ undetermined }), []);
    expect(held).toBe(false);
    expect(new Set(all.map(({ verdict }) => verdict))).toEqual(new Set(["undetermined", "violated"]));
    expect(all.filter(({ verdict }) => verdict === "violated")).toMatchObject([
      { from: "a", to: "b", family: 4 },
    ]);
  });

  test("a statement that is not understood makes what passes it undetermined, neither held nor a violation", () => {
    const strange = firewall([[match(payload("tcp", "dport"), 22), { queue: { num: 1 } }], toB443]);
    const proof = prove(network([host("a", 1), host("b", 2), strange]), declared);
    expect(proof.held).toBe(false);
    expect(proof.violations).toEqual([]);
    expect(proof.undetermined).toContainEqual({ family: 4, from: "a", to: "b", why: "the statement queue" });
  });

  test("a machine of which something is unknown may let everything through", () => {
    const undetermined = [
      { origin: small.origin, property: "inputs.stdin", why: "unknown", scope: "firewall" },
    ] as const;
    const proof = prove(sound({ undetermined }), declared);
    expect(proof.held).toBe(false);
    expect(proof.undetermined).toContainEqual({
      family: 4,
      from: "b",
      to: "a",
      why: "inputs.stdin: unknown",
    });
  });
});
