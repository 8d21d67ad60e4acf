/** Why what is open is open: the declaration, one packet, and the very rules. */
import { expect, test } from "vitest";
import type { Permission } from "../../../model/proof/permissions.ts";
import { Prover } from "../../../model/proof/prove.ts";
import { accept, firewall, host, match, network, payload, permission, ruleset, toB443 } from "./small.ts";

const sound = network([host("a", 1), host("b", 2), firewall([toB443])]);
const passages = (permissions: readonly Permission[], net = sound) => new Prover(net, permissions).passages();

test("what is declared and passes is told with its declaration, a packet, and the rule of each machine", () => {
  const found = passages([permission()]).find(
    ({ from, to, family }) => from === "a" && to === "b" && family === 4,
  );
  expect(found).toMatchObject({
    services: ["tcp/443"],
    declaration: permission(),
    receivers: ["b-1"],
    packet: { destination: "10.0.2.1", destinationPort: 443, protocol: "tcp" },
  });
  expect(found?.hops.map(({ node }) => node)).toEqual(["firewall", "b-1"]);
  expect(found?.hops[0]?.rules).toContainEqual(expect.objectContaining({ chain: "forward", index: 1 }));
});

test("a declaration is told to let pass only that part of it which passes", () => {
  const range = permission({ first: 400, last: 500 });
  expect(passages([range]).map(({ services }) => services)).toContainEqual(["tcp/443"]);
});

test("two declarations of one service are both told; what nobody declares is no passage", () => {
  const [one, two] = [permission({ why: "the first reason" }), permission({ why: "the second reason" })];
  const between = passages([one, two]).filter(({ from, to, family }) => `${from}${to}${family}` === "ab4");
  expect(between.map(({ declaration }) => declaration.why)).toEqual([one.why, two.why]);
  expect(passages([]).filter(({ from }) => from === "a")).toEqual([]);
});

test("a router that stands in many networks is reached by the declaration that means it", () => {
  const ssh = { sender: undefined, from: "a", protocol: "tcp", first: 22, last: 22 } as const;
  const server = permission({ ...ssh, to: "b", receiver: { kind: "role", name: "server" } });
  const router = permission({ ...ssh, to: "a", receiver: { kind: "role", name: "firewall" } });
  const rule = [match(payload("tcp", "dport"), 22), accept];
  const rulesets = ruleset({ input: { hook: "input", rules: [rule] } });
  const net = network([host("a", 1), host("b", 2), firewall([], { rulesets })]);
  const taken = passages([server, router], net).filter(({ receivers }) => receivers.includes("firewall"));
  expect(taken.length).toBeGreaterThan(0);
  expect(new Set(taken.map(({ declaration }) => declaration))).toEqual(new Set([router]));
  // Where none means it, none lets it be reached.
  const others = passages([server], net).filter(({ receivers }) => receivers.includes("firewall"));
  expect(others).toEqual([]);
});
