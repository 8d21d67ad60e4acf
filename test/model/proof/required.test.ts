/** Whether what is declared works: who asks, by which entry, and what the platform says to itself. */
import { describe, expect, test } from "vitest";
import type { Permission } from "../../../model/proof/declared.ts";
import type { Network, Node } from "../../../model/proof/network.ts";
import { Prover, prove } from "../../../model/proof/prove.ts";
import * as small from "./small.ts";
import {
  accept,
  declared,
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

describe("required flows", () => {
  const member = (key: string, number: number): Node => ({
    ...firewall([toB443]),
    key,
    zone: `fr-par-${number}`,
    legs: [1, 2].map((each) =>
      leg(each === 1 ? "a" : "b", each, 250 + number, { virtualAddresses: [`10.0.${each}.254`] }),
    ),
  });

  test("that a firewall stops are told with the layer, the machine and the rule", () => {
    const { requiredFlowsFailed } = prove(network([host("a", 1), host("b", 2), firewall([])]), declared);
    expect(requiredFlowsFailed).toMatchObject([
      {
        sender: "a-1",
        receiver: "b-1",
        port: 443,
        ending: {
          kind: "denied",
          layer: "firewall",
          node: "firewall",
          rule: { chain: "forward", index: undefined },
        },
      },
    ]);
  });

  test("need an answer: a host without a route back breaks them", () => {
    const mute = host("b", 2, { routes: [] });
    const { requiredFlowsFailed } = prove(network([host("a", 1), mute, firewall([toB443])]), declared);
    expect(requiredFlowsFailed).toMatchObject([{ ending: { kind: "no-route", node: "b-1" } }]);
  });

  test("that come to a member of a pair that forwards no more end there, and make it no host", () => {
    const mute = { ...member("two", 2), forwards: { 4: false, 6: false } };
    const hosts = [1, 2].map((number) =>
      host(number === 1 ? "a" : "b", number, {
        routes: [
          {
            destination: "0.0.0.0/0",
            gateway: `10.0.${number}.254`,
            interface: `pn-${number === 1 ? "a" : "b"}`,
          },
        ],
      }),
    );
    const { violations, undetermined, requiredFlowsFailed } = prove(
      network([...hosts, member("one", 1), mute]),
      declared,
    );
    expect({ violations, undetermined }).toEqual({ violations: [], undetermined: [] });
    expect(requiredFlowsFailed).toMatchObject([{ ending: { kind: "not-forwarding", node: "two" } }]);
  });

  test("pass with either member of a pair, and not without both", () => {
    const net = network([host("a", 1), host("b", 2), member("one", 1), member("two", 2)]);
    const prover = new Prover(net, declared);
    const failed = (nodes: readonly string[]): number => prover.prove({ nodes }).requiredFlowsFailed.length;
    expect([[], ["one"], ["two"], ["one", "two"]].map(failed)).toEqual([0, 0, 0, 1]);
    expect(prover.prove({ zones: ["fr-par-2"] }).held).toBe(true);
  });
});

describe("what comes from outside", () => {
  const outside = (number: number) => ({
    interface: "ens2",
    addresses: [`192.0.2.${number}`],
    securityGroup: small.group("accept"),
  });
  const bastion = (number: number, over: Partial<Node> = {}): Node =>
    node(`bastion-${number}`, [leg("a", 1, number)], {
      role: "bastion",
      zone: `fr-par-${number}`,
      publicInterface: outside(number),
      routes: [{ destination: "0.0.0.0/0", gateway: undefined, interface: "ens2" }],
      rulesets: ruleset({
        input: {
          hook: "input",
          rules: [
            [established, accept],
            [match(payload("tcp", "dport"), 22), accept],
          ],
        },
      }),
      ...over,
    });
  const people = (entries: readonly string[]): readonly Permission[] => [
    {
      from: "internet",
      to: "a",
      protocol: "tcp",
      first: 22,
      last: 22,
      receiver: { kind: "role", name: "bastion" },
      entries,
    },
  ];
  const both = people(["fr-par-1", "fr-par-2"]);
  const closed = ruleset({ input: { hook: "input", rules: [] } });

  test("has an entry in each zone that is said to have one", () => {
    const prover = new Prover(network([bastion(1), bastion(2)]), both);
    expect(prover.required()).toEqual({ passed: 2, failed: [] });
    // Where one is lost the other is left; where both are, nobody answers.
    expect(prover.required({ zones: ["fr-par-1"] })).toEqual({ passed: 1, failed: [] });
    expect(prover.required({ nodes: ["bastion-1", "bastion-2"] }).failed).toHaveLength(1);
  });

  test("is told by the entry that does not work, though the other zone's does", () => {
    const { failed } = new Prover(network([bastion(1), bastion(2, { rulesets: closed })]), both).required();
    expect(failed).toMatchObject([
      { sender: "internet", by: ["bastion-2"], ending: { kind: "denied", node: "bastion-2" } },
    ]);
  });

  test("fails where a zone has no entry, and not where none is asked of it", () => {
    const net = network([bastion(1)]);
    expect(new Prover(net, both).required().failed).toMatchObject([{ by: [], ending: { kind: "no-route" } }]);
    expect(new Prover(net, people(["fr-par-1"])).required().failed).toEqual([]);
  });
});

test("an answer that goes round the machine that translated is no answer", () => {
  const names = { protocol: "udp", first: 53, last: 53 } as const;
  const permission: Permission = { ...names, from: "internet", to: "b" };
  const outside = (last: number) => ({
    interface: "ens2",
    addresses: [`192.0.2.${last}`],
    securityGroup: undefined,
  });
  const edge = firewall([], {
    publicInterface: outside(9),
    rulesets: ruleset({
      arrivals: {
        hook: "prerouting",
        type: "nat",
        prio: -100,
        policy: "accept",
        rules: [[match(payload("udp", "dport"), 53), { dnat: { family: "ip", addr: "10.0.2.1" } }]],
      },
      forward: { hook: "forward", policy: "accept", rules: [] },
      input: { hook: "input", rules: [] },
    }),
    routes: [{ destination: "0.0.0.0/0", gateway: undefined, interface: "ens2" }],
  });
  const round = host("b", 2, {
    publicInterface: { ...outside(8), securityGroup: small.group("drop", "accept") },
    routes: [{ destination: "0.0.0.0/0", gateway: undefined, interface: "ens2" }],
  });
  const failed = (server: Node): number =>
    new Prover(network([server, edge]), [permission]).required().failed.length;
  expect(failed(host("b", 2))).toBe(0);
  expect(failed(round)).toBe(1);
});

describe("what the platform says to itself", () => {
  const pair = { kind: "role", name: "pair-member" };
  const vrrp = [
    { from: "a", to: "a", protocol: "vrrp", first: 0, last: 65_535, sender: pair, receiver: pair },
  ] as const;
  const member = (number: number, virtual: string, hears = true): Node =>
    node(`member-${virtual}-${number}`, [leg("a", 1, 100 + number, { virtualAddresses: [virtual] })], {
      role: "firewall",
      zone: `fr-par-${number}`,
      forwards: { 4: true, 6: false },
      rulesets: ruleset({
        input: {
          hook: "input",
          rules: hears ? [[match({ meta: { key: "l4proto" } }, "vrrp"), accept]] : [],
        },
      }),
    });
  const using = (virtual: string): Node =>
    host("a", 1, { routes: [{ destination: "0.0.0.0/0", gateway: virtual, interface: "pn-a" }] });

  test("members of a pair hear each other's elections, both ways, and other pairs' do not count", () => {
    const one = "10.0.1.254";
    const other = node("lone", [leg("a", 1, 90, { virtualAddresses: ["10.0.1.253"] })], {
      forwards: { 4: true, 6: false },
      rulesets: ruleset({ input: { hook: "input", rules: [] } }),
    });
    const second = host("a", 1, {
      key: "a-2",
      legs: [leg("a", 1, 2)],
      routes: [{ destination: "0.0.0.0/0", gateway: "10.0.1.253", interface: "pn-a" }],
    });
    const net = (hears: boolean): Network =>
      network([using(one), second, member(1, one), member(2, one, hears), other]);
    const prover = new Prover(net(true), vrrp);
    expect(prover.required()).toEqual({ passed: 2, failed: [] });
    expect(prover.required({ zones: ["fr-par-2"] })).toEqual({ passed: 0, failed: [] });
    // One that is deaf neither hears nor is answered.
    const { failed } = new Prover(net(false), vrrp).required();
    expect(failed).toMatchObject(
      [1, 2].map((number) => ({
        sender: `member-${one}-${number}`,
        ending: { kind: "denied", layer: "firewall", node: `member-${one}-2` },
      })),
    );
  });

  test("load balancers' questions reach each server behind them", () => {
    const health = [
      {
        from: "b",
        to: "b",
        protocol: "tcp",
        first: 8404,
        last: 8404,
        sender: { kind: "role", name: "load-balancer" },
        receiver: { kind: "role", name: "proxy" },
      },
    ] as const;
    const balancer = node("balancer", [leg("b", 2, 7)], { kind: "load-balancer" });
    const proxy = (port: number): Node =>
      host("b", 2, {
        role: "proxy",
        rulesets: ruleset({
          input: {
            hook: "input",
            rules: [
              [established, accept],
              [match(payload("tcp", "dport"), port), accept],
            ],
          },
        }),
      });
    expect(new Prover(network([balancer, proxy(8404)]), health).required()).toEqual({
      passed: 1,
      failed: [],
    });
    expect(new Prover(network([balancer, proxy(443)]), health).required().failed).toMatchObject([
      { sender: "balancer", receiver: "b-1", ending: { kind: "denied", node: "b-1" } },
    ]);
  });
});
