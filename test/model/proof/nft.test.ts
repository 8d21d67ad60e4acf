import { describe, expect, test } from "vitest";
import type { Node } from "../../../model/proof/network.ts";
import { loadRulesets } from "../../../model/proof/nft-tables.ts";
import { prove } from "../../../model/proof/prove.ts";
import type { Statement } from "./small.ts";
import { accept, drop, firewall, host, match, meta, network, origin, payload, ruleset } from "./small.ts";

/** Services that pass from `a` to `b` in IPv4, or the doubt. */
function passing(rulesets: Node["rulesets"]): readonly string[] {
  const proof = prove(network([host("a", 1), host("b", 2), firewall([], { rulesets })]), []);
  const doubts = proof.undetermined.flatMap((each) =>
    "from" in each && each.from === "a" ? [each.why] : [],
  );
  const pair = proof.pairs.find(({ from, to, family }) => from === "a" && to === "b" && family === 4);
  return [...(pair?.services ?? []), ...new Set(doubts)];
}

const forwarding = (...rules: readonly (readonly Statement[])[]): readonly string[] =>
  passing(ruleset({ input: { hook: "input", rules: [] }, forward: { hook: "forward", rules } }));

const to = (port: number): Statement => match(payload("tcp", "dport"), port);
const limit: Statement = { limit: { rate: 10, per: "second" } };

describe("rules", () => {
  test.each<[string, readonly (readonly Statement[])[], readonly string[]]>([
    [
      "an accept after a drop of the same",
      [
        [to(22), drop],
        [match(payload("tcp", "dport"), { range: [21, 23] }), accept],
      ],
      ["tcp/21", "tcp/23"],
    ],
    ["a limited accept lets through", [[to(22), limit, accept]], ["tcp/22"]],
    [
      "a limited drop holds nothing back",
      [
        [to(22), limit, drop],
        [to(22), accept],
      ],
      ["tcp/22"],
    ],
    [
      "established is nobody's first packet",
      [[match({ ct: { key: "state" } }, "established", "in"), accept]],
      [],
    ],
    [
      "an accept of what fits no connection is in doubt",
      [[match({ ct: { key: "state" } }, "invalid", "in"), accept]],
      ["packets that are of no connection"],
    ],
    [
      "a drop of what fits no connection is not",
      [
        [match({ ct: { key: "state" } }, "invalid", "in"), drop],
        [to(22), accept],
      ],
      ["tcp/22"],
    ],
    ["a mark that is not followed", [[match(meta("mark"), 7), accept]], ["meta mark"]],
    [
      "a drop in doubt puts what comes after in doubt",
      [
        [match(meta("mark"), 7), drop],
        [to(22), accept],
      ],
      ["meta mark"],
    ],
    [
      "interfaces with a wildcard",
      [[match(meta("iifname"), "pn-*"), match(meta("oifname"), "pn-a", "!="), to(22), accept]],
      ["tcp/22"],
    ],
    ["another interface", [[match(meta("iifname"), "pn-c"), accept]], []],
  ])("%s", (_, rules, expected) => {
    expect(forwarding(...rules)).toEqual(expected);
  });

  test("chains are jumped to, returned from and gone to", () => {
    const chains = (verdict: Statement): readonly string[] =>
      passing(
        ruleset({
          input: { hook: "input", rules: [] },
          forward: {
            hook: "forward",
            rules: [
              [match(payload("tcp", "dport"), { range: [20, 30] }), verdict],
              [to(25), accept],
            ],
          },
          inner: {
            rules: [
              [to(25), { return: null }],
              [to(22), accept],
              [to(25), accept],
            ],
          },
        }),
      );
    expect(chains({ jump: { target: "inner" } })).toEqual(["tcp/22", "tcp/25"]);
    expect(chains({ goto: { target: "inner" } })).toEqual(["tcp/22"]);
    expect(chains({ jump: { target: "absent" } })).toContain("the chain absent, which is not there");
  });

  test("a loop of chains is undetermined and ends", () => {
    const rules = ruleset({
      forward: { hook: "forward", rules: [[{ jump: { target: "one" } }]] },
      one: { rules: [[{ jump: { target: "one" } }]] },
    });
    expect(passing(rules)).toContain("chains that jump in a circle");
  });

  test("every base chain of a hook has its say", () => {
    const rules = ruleset({
      input: { hook: "input", rules: [] },
      first: { hook: "forward", policy: "accept", rules: [] },
      second: { hook: "forward", prio: 10, rules: [[to(22), accept]] },
    });
    expect(passing(rules)).toEqual(["tcp/22"]);
  });
});

describe("loading", () => {
  const table = { family: "inet", name: "t" };
  const inTable = { family: "inet", table: "t" };
  const text = (...commands: readonly unknown[]): string => JSON.stringify({ nftables: commands });
  const base = [
    { add: { table } },
    { add: { chain: { ...inTable, name: "i", type: "filter", hook: "input", prio: 0, policy: "drop" } } },
    { add: { chain: { ...inTable, name: "c", type: "filter", hook: "forward", prio: 0, policy: "drop" } } },
    { add: { rule: { ...inTable, chain: "c", expr: [to(22), accept] } } },
  ];
  const file = (json: string): Node["rulesets"][number] => ({ origin, path: "f", stage: "configured", json });

  test("later files add to, empty and replace what earlier ones left", () => {
    const more = { add: { rule: { ...inTable, chain: "c", expr: [to(23), accept] } } };
    expect(passing([file(text(...base)), file(text(more))])).toEqual(["tcp/22", "tcp/23"]);
    expect(
      passing([file(text(...base)), file(text({ flush: { chain: { ...inTable, name: "c" } } }, more))]),
    ).toEqual(["tcp/23"]);
    expect(passing([file(text(...base)), file(text({ delete: { table } }))])).toEqual(["any"]);
    expect(passing([file(text(...base)), file(text({ flush: { ruleset: null } }))])).toEqual(["any"]);
  });

  test("a set that changes by itself is undetermined, one that is written is not", () => {
    const set = (flags: readonly string[]): readonly string[] =>
      passing([
        file(
          text(
            ...base,
            { add: { set: { ...inTable, name: "s", type: "inet_service", flags, elem: [80] } } },
            { add: { element: { ...inTable, name: "s", elem: [{ elem: { val: 81, comment: "why" } }] } } },
            {
              add: { rule: { ...inTable, chain: "c", expr: [match(payload("tcp", "dport"), "@s"), accept] } },
            },
          ),
        ),
      ]);
    expect(set([])).toEqual(["tcp/22", "tcp/80-81"]);
    expect(set(["dynamic"])).toEqual(["tcp/22", "the set @s, whose members change"]);
  });

  test("what cannot be read or is not understood is a problem, not silence", () => {
    expect(loadRulesets(["{"]).problems).toMatchObject([expect.stringContaining("cannot be read")]);
    expect(loadRulesets([text({ add: { flowtable: {} } })]).problems).toEqual([
      "flowtable of a table that is not there",
    ]);
    expect(
      loadRulesets([text(...base, { delete: { rule: { ...inTable, chain: "c", handle: 4 } } })]).problems,
    ).toEqual(["delete a rule whose handle is not known"]);
  });
});
