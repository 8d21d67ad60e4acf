/** Each check finds what it is for, and is silent where all is well. */
import { describe, expect, test } from "vitest";
import type { Finding } from "../../../../model/proof/lint/index.ts";
import { checks, lint } from "../../../../model/proof/lint/index.ts";
import type { AclRule, Network, Node } from "../../../../model/proof/network.ts";
import type { Permission } from "../../../../model/proof/permissions.ts";
import {
  accept,
  closed,
  drop,
  firewall,
  group,
  host,
  leg,
  log,
  match,
  meta,
  network,
  node,
  open,
  origin,
  payload,
  permission,
  ruleset,
  toB443,
  vpc,
} from "../small.ts";

const today = "2026-11-22";
const filtered = ruleset({ input: { hook: "input", rules: [] }, output: { hook: "output", rules: [] } });

/** Two networks, a pair's worth of firewall between them. */
function paired(forward: Parameters<typeof firewall>[0], over: Partial<Node> = {}): Node {
  const legs = [
    leg("a", 1, 253, { virtualAddresses: ["10.0.1.254", "fd00:1::254"] }),
    leg("b", 2, 253, { virtualAddresses: ["10.0.2.254", "fd00:2::254"] }),
  ];
  return firewall(forward, { legs, ...over });
}

const a = host("a", 1, { rulesets: filtered });
const b = host("b", 2, { rulesets: filtered });

function found(
  net: Network,
  permissions: readonly Permission[] = [permission()],
): readonly Pick<Finding, "check" | "severity" | "at" | "what">[] {
  return lint(net, { permissions, today }).findings.map(({ check, severity, at, what }) => ({
    check,
    severity,
    at,
    what,
  }));
}

function only(net: Network, check: string, permissions?: readonly Permission[]): readonly string[] {
  const all = found(net, permissions);
  expect(all.map((each) => each.check)).toEqual(all.map(() => check));
  return all.map(({ at, what }) => `${at}: ${what}`);
}

test("a network as it should be has nothing to say", () => {
  expect(found(network([a, b, paired([toB443])]))).toEqual([]);
});

test("every check has a name of its own, and says what to do", () => {
  expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
  for (const { name, why, remedy } of checks) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(why.length).toBeGreaterThan(20);
    expect(remedy.length).toBeGreaterThan(20);
  }
});

describe("shadowed-rule", () => {
  const source = (address: string) => match(payload("ip", "saddr"), address);
  const port = (number: number) => match(payload("tcp", "dport"), number);

  test("names the rule that takes the packets", () => {
    const rules = [[source("10.0.1.0/24"), port(443), accept], toB443];
    expect(only(network([a, b, paired(rules)]), "shadowed-rule")).toEqual([
      "firewall: forward, rule 2 (archipel a:b:tcp:443) decides nothing: forward, rule 1 takes its packets",
    ]);
  });

  test("sees a drop before an accept, and several rules that together cover one", () => {
    const half = [
      [source("10.0.1.0/25"), port(443), accept],
      [source("10.0.1.128/25"), port(443), drop],
    ];
    expect(only(network([a, b, paired([...half, toB443])]), "shadowed-rule")).toHaveLength(1);
    expect(found(network([a, b, paired([...half.slice(1), toB443])]))).toEqual([]);
  });

  test("is told for each family: a rule of IPv6 is not shadowed by one of IPv4", () => {
    const six = [match(payload("ip6", "saddr"), "fd00:1::1"), port(443), accept];
    const four = [match(meta("nfproto"), "ipv4"), port(443), accept];
    expect(found(network([a, b, paired([four, six])]))).toEqual([]);
    const both = [port(443), accept];
    expect(only(network([a, b, paired([both, six])]), "shadowed-rule")).toHaveLength(1);
  });

  test.each([4, 6] as const)("reads ACLs of IPv%i", (family) => {
    const everywhere = family === 4 ? "10.0.0.0/8" : "fd00::/8";
    const one = family === 4 ? "10.0.1.0/24" : "fd00:1::/64";
    const rule = (over: Partial<AclRule>): AclRule => ({
      action: "drop",
      protocol: "tcp",
      source: one,
      sourcePorts: [0, 65_535],
      destination: everywhere,
      destinationPorts: [443, 443],
      ...over,
    });
    const wide = rule({ source: everywhere, destinationPorts: [0, 65_535] });
    const acls = (...rules: AclRule[]) => ({
      vpcs: [vpc({ acls: { 4: closed, 6: closed, [family]: { ...closed, rules } } })],
    });
    const nodes = [a, b, paired([toB443])];
    expect(only(network(nodes, acls(wide, rule({}))), "shadowed-rule")).toEqual([
      `vpc: rule 1 of its IPv${family} ACL decides nothing: rules before it take its packets`,
    ]);
    expect(found(network(nodes, acls(rule({}), wide)))).toEqual([]);
  });

  test("reads security groups", () => {
    const rules = (["0.0.0.0/0", "198.51.100.0/24"] as const).map((remote) => ({
      action: "accept" as const,
      protocol: "tcp" as const,
      remote,
      ports: [443, 443] as const,
    }));
    const securityGroup = { ...group("drop"), inbound: { defaultPolicy: "drop" as const, rules } };
    const publicInterface = { interface: "ens2", addresses: ["198.51.100.1"], securityGroup };
    const [first] = only(network([{ ...a, publicInterface }, b, paired([toB443])]), "shadowed-rule");
    expect(first).toContain("rule 1 of its security group, inbound");
  });
});

describe("unreachable-rule", () => {
  test("finds chains that nothing jumps to, and interfaces that are not there", () => {
    const lost = ruleset({
      input: { hook: "input", rules: [[match(meta("iifname"), "pn-gone"), accept]] },
      forgotten: { rules: [[match(payload("tcp", "dport"), 22), accept]] },
    });
    expect(only(network([{ ...a, rulesets: lost }, b, paired([toB443])]), "unreachable-rule")).toEqual([
      "a-1: input, rule 0 matches no packet by any of its interfaces",
      "a-1: forgotten, rule 0 matches no packet by any of its interfaces",
    ]);
  });

  test.each([
    ["ip", "10.0.2.77"],
    ["ip6", "fd00:2::77"],
  ])("finds rules of %s for an address that nobody has", (protocol, address) => {
    const rule = [match(payload(protocol, "daddr"), address), log("archipel old "), accept];
    expect(only(network([a, b, paired([toB443, rule])]), "unreachable-rule")).toEqual([
      "firewall: forward, rule 2 (archipel old) is for addresses that nobody has",
    ]);
  });

  test("finds a rule of an ACL for the other family", () => {
    const mixed: AclRule = {
      action: "drop",
      protocol: "any",
      source: "0.0.0.0/0",
      sourcePorts: [0, 65_535],
      destination: "0.0.0.0/0",
      destinationPorts: [0, 65_535],
    };
    const vpcs = [vpc({ acls: { 4: closed, 6: { ...closed, rules: [mixed] } } })];
    expect(only(network([a, b, paired([toB443])], { vpcs }), "unreachable-rule")).toHaveLength(1);
  });
});

describe("any-to-any", () => {
  test("finds ACLs that accept by default or are not there, in both families", () => {
    const vpcs = [vpc({ acls: { 4: open, 6: { ...closed, defaultPolicy: "accept" } } })];
    expect(only(network([a, b, paired([toB443])], { vpcs }), "any-to-any")).toEqual([
      "vpc: its IPv4 ACL is not there, and accepts everything",
      "vpc: its IPv6 ACL by default accepts everything",
    ]);
  });

  test("finds firewalls that accept everything new, by rule and by policy", () => {
    const byRule = only(network([a, b, paired([[accept]])]), "any-to-any");
    expect(byRule[0]).toMatch(/^firewall: forward, rule 1 accepts everything new, IPv4, from /);
    const lax = ruleset({
      input: { hook: "input", rules: [] },
      forward: { hook: "forward", policy: "accept", rules: [] },
    });
    const byPolicy = found(network([a, b, paired([], { rulesets: lax })]));
    expect(byPolicy.map(({ check }) => check)).toEqual(["any-to-any", "bridge"]);
  });

  test("finds machines without rules, and security groups that are open", () => {
    const publicInterface = {
      interface: "ens2",
      addresses: ["198.51.100.1"],
      securityGroup: group("accept"),
    };
    expect(
      only(network([{ ...a, rulesets: [], publicInterface }, b, paired([toB443])]), "any-to-any"),
    ).toEqual([
      "a-1: its security group accepts everything from the internet",
      "a-1: it loads no rules at all",
    ]);
  });

  test("does not say so of a machine whose rules are not known", () => {
    const unknown = { origin, property: "inputs.stdin", why: "secret", scope: "a-1" };
    const net = network([{ ...a, rulesets: [] }, b, paired([toB443])], { undetermined: [unknown] });
    expect(found(net)).toEqual([]);
  });
});

test("family-mismatch finds what is closed for one family alone", () => {
  const vpcs = [vpc({ acls: { 4: closed, 6: { ...closed, defaultPolicy: "accept" } } })];
  const inVpc = found(network([a, b, paired([toB443])], { vpcs }));
  expect(inVpc.map(({ check }) => check)).toEqual(["any-to-any", "family-mismatch"]);
  const [{ json = "", ...rest } = { json: "" }] = filtered;
  const onlyFour = [
    { ...rest, json: json.replaceAll('"family":"inet"', '"family":"ip"') },
  ] as Node["rulesets"];
  const six = found(network([{ ...a, rulesets: onlyFour }, b, paired([toB443])]));
  expect(six).toEqual([
    {
      check: "family-mismatch",
      severity: "error",
      at: "a-1",
      what: "input: IPv4 is dropped by default, and IPv6 is not",
    },
  ]);
  const off = { ...a, rulesets: onlyFour, speaks: { 4: true, 6: false } };
  expect(found(network([off, b, paired([toB443])]))).toEqual([]);
});

describe("bridge", () => {
  const both = [leg("a", 1, 9), leg("b", 2, 9)];
  test.each([4, 6] as const)("finds a host on two networks that forwards IPv%i", (family) => {
    const forwards = { 4: false, 6: false, [family]: true };
    const joining = node("joining", both, { rulesets: filtered, forwards });
    expect(only(network([a, b, joining, paired([toB443])]), "bridge")).toEqual([
      "joining: it forwards between a, b",
    ]);
  });

  test("leaves alone one that does not, one on a single network, and firewalls", () => {
    const quiet = node("quiet", both, { rulesets: filtered });
    const single = node("single", [leg("a", 1, 8)], { rulesets: filtered, forwards: { 4: true, 6: true } });
    expect(found(network([a, b, quiet, single, paired([toB443])]))).toEqual([]);
  });

  test("finds a firewall that drops nothing by default in one of its families", () => {
    const lax = paired([toB443], { forwards: { 4: true, 6: true } });
    const ip = lax.rulesets.map((each) => ({
      ...each,
      json: each.json.replaceAll('"family":"inet"', '"family":"ip"'),
    }));
    const all = found(network([a, b, { ...lax, rulesets: ip }])).map(({ check }) => check);
    expect(all).toContain("bridge");
    expect(all).toContain("family-mismatch");
  });
});

describe("route-around", () => {
  const legs = [leg("a", 1, 9), leg("b", 2, 9)];
  const other = node("other", legs, { rulesets: filtered });

  test.each([
    ["10.0.2.0/24", "10.0.1.9"],
    ["fd00:2::/64", "fd00:1::9"],
  ])("finds a host's route to %s by another host", (destination, gateway) => {
    const led = { ...a, routes: [...a.routes, { destination, gateway, interface: "pn-a" }] };
    expect(only(network([led, b, other, paired([toB443])]), "route-around")).toEqual([
      `a-1: its route to ${destination} leads to ${gateway} on a, which is other`,
    ]);
  });

  test("finds one to the router of the VPC, and warns of one member of a pair alone", () => {
    const led = (gateway: string): Node => ({
      ...a,
      routes: [...a.routes, { destination: "10.0.2.0/24", gateway, interface: "pn-a" }],
    });
    const [byRouter] = found(network([led("10.0.1.1"), b, paired([toB443])]));
    expect(byRouter).toMatchObject({ check: "route-around", severity: "error" });
    const [alone] = found(network([led("10.0.1.253"), b, paired([toB443])]));
    expect(alone).toMatchObject({ check: "route-around", severity: "warning" });
  });

  test("finds a route of a VPC to somebody else, and not one to the pair", () => {
    const to = (nextHop: string) => ({
      vpcs: [vpc({ routes: [{ origin, destination: "10.0.2.0/24", nextHop }] })],
    });
    const nodes = [a, b, other, paired([toB443])];
    expect(only(network(nodes, to("10.0.1.9")), "route-around")).toHaveLength(1);
    expect(found(network(nodes, to("10.0.1.253")))).toEqual([]);
  });
});

describe("declarations", () => {
  const net = network([a, b, paired([toB443])]);
  test("past their day are errors, near it warnings", () => {
    const at = (expires: string) => found(net, [permission({ expires })]);
    expect(at("2026-11-21")).toMatchObject([{ check: "expired-intent", severity: "error" }]);
    expect(at("2026-11-22")).toMatchObject([{ check: "expired-intent", severity: "warning" }]);
    expect(at("2026-12-21")).toMatchObject([{ severity: "warning" }]);
    expect(at("2026-12-22")).toEqual([]);
  });

  test("for nobody are told, with who is missing", () => {
    const receiver = { kind: "workload", name: "gone" } as const;
    expect(only(net, "idle-declaration", [permission({ receiver })])).toEqual([
      "a → b tcp/443: declared by a: nobody is gone (owner somebody)",
    ]);
    expect(only(net, "idle-declaration", [permission({ from: "c" })])[0]).toContain("nobody is c");
  });

  test("that another covers are told once", () => {
    const wide = permission({ first: 400, last: 500, key: "a → b tcp/400-500" });
    expect(only(net, "idle-declaration", [permission(), wide])).toEqual([
      "a → b tcp/443: declared by a: a → b tcp/400-500 of a permits it already",
    ]);
    expect(only(net, "idle-declaration", [permission(), permission({ declaredBy: "b" })])).toHaveLength(1);
    const udp = permission({ protocol: "udp", key: "a → b udp/443" });
    expect(found(net, [permission(), udp])).toEqual([]);
  });
});

test("acl-budget warns before the limit and is an error beyond it", () => {
  const rule = (index: number): AclRule => ({
    action: "drop",
    protocol: "tcp",
    source: "0.0.0.0/0",
    sourcePorts: [0, 65_535],
    destination: "0.0.0.0/0",
    destinationPorts: [index, index],
  });
  const budget = (count: number) => {
    const rules = Array.from({ length: count }, (_, index) => rule(index + 1));
    const vpcs = [vpc({ acls: { 4: { ...closed, rules }, 6: closed } })];
    return lint(network([a, b, paired([toB443])], { vpcs }), { permissions: [], today });
  };
  expect(budget(203).findings).toEqual([]);
  expect(budget(204).findings).toMatchObject([{ check: "acl-budget", severity: "warning" }]);
  expect(budget(256).findings).toMatchObject([{ check: "acl-budget", severity: "error" }]);
  expect(budget(7).budgets).toEqual([
    { vpc: "vpc", family: 4, rules: 7, limit: 255 },
    { vpc: "vpc", family: 6, rules: 0, limit: 255 },
  ]);
});
