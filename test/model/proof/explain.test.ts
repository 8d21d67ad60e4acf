import { describe, expect, test } from "vitest";
import { blastRadius } from "../../../model/proof/blast-radius.ts";
import { explain } from "../../../model/proof/explain.ts";
import { firewall, host, leg, network, node, privateNetwork, ruleset, toB443 } from "./small.ts";

const question = { from: "a-1", to: "b-1", protocol: "tcp", port: 443 } as const;

describe("explain", () => {
  test("tells each decision on a way that passes, and the answer's", () => {
    const { verdict, ways } = explain(network([host("a", 1), host("b", 2), firewall([toB443])]), question);
    const honest = ways.find(({ by, family }) => by === "honest" && family === 4);
    expect(verdict).toBe("allowed");
    expect(honest).toMatchObject({ passes: true, stoppedBy: [], ending: { kind: "delivered", node: "b-1" } });
    expect(honest?.hops.map(({ node: key, layer }) => [key, layer])).toEqual([
      ["a-1", "host"],
      ["firewall", "firewall"],
      ["b-1", "host"],
    ]);
    expect(honest?.answers.map(({ ending }) => ending)).toEqual([{ kind: "delivered", node: "a-1" }]);
  });

  test("lists all that stops it, beyond the first thing that does", () => {
    const closed = ruleset({ input: { hook: "input", rules: [] }, output: { hook: "output", rules: [] } });
    const nodes = [host("a", 1, { rulesets: closed }), host("b", 2, { rulesets: closed }), firewall([])];
    const { verdict, ways } = explain(network(nodes), question);
    expect(verdict).toBe("denied");
    const stops = (by: string): readonly unknown[] =>
      ways
        .filter((way) => way.by === by && way.family === 4)
        .flatMap(({ stoppedBy }) =>
          stoppedBy.map((each) => (each.kind === "denied" ? (each.node ?? each.layer) : each.kind)),
        );
    expect(stops("honest")).toEqual(["a-1", "firewall", "b-1"]);
    expect(stops("router")).toEqual(["acl", "b-1"]);
    expect(stops("neighbour")).toEqual(["firewall", "b-1"]);
  });

  test("knows addresses, networks and the internet, and says when there is no way", () => {
    const net = network([host("a", 1), host("b", 2), firewall([toB443])]);
    const verdict = (from: string, to: string): string => explain(net, { ...question, from, to }).verdict;
    expect(verdict("a", "b")).toBe("allowed");
    expect(verdict("a", "10.0.2.1")).toBe("allowed");
    expect(verdict("b", "a")).toBe("denied");
    expect(verdict("internet", "b")).toBe("no-route");
  });
});

test("the blast radius of an application counts steps, and names the machines that carry its guests", () => {
  const toC = [{ accept: null }];
  const c = privateNetwork("c", 3);
  const second = firewall([toC], {
    key: "second",
    legs: [leg("b", 2, 253), leg("c", 3, 254)],
  });
  const carrier = node("carrier", [leg("a", 1, 5, { addresses: [] })], { application: undefined });
  const guest = node("guest", [leg("a", 1, 6)], { kind: "guest", carriedBy: ["carrier"], application: "a" });
  const net = network(
    [
      host("a", 1),
      guest,
      carrier,
      host("b", 2),
      firewall([toB443]),
      second,
      host("c", 3, { routes: [{ destination: "0.0.0.0/0", gateway: "10.0.3.254", interface: "pn-c" }] }),
      node("b-2", [leg("b", 2, 2)], {
        routes: [{ destination: "10.0.3.0/24", gateway: "10.0.2.253", interface: "pn-b" }],
      }),
    ],
    { privateNetworks: [privateNetwork("a", 1), privateNetwork("b", 2), c] },
  );
  const radius = blastRadius(net, "a");
  expect(radius).toMatchObject({
    nodes: ["a-1", "guest"],
    direct: ["b"],
    transitive: ["c"],
    onInternet: [],
    carriers: [{ node: "carrier", guests: ["guest"] }],
  });
  expect(radius.reached.map(({ node: key, distance, services }) => [key, distance, services])).toContainEqual(
    ["b-1", 1, ["tcp/443"]],
  );
});
