import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "../../../../local/simulator/hosts/nftables/evaluate.ts";
import type { ForwardingBase } from "../../../../local/simulator/hosts/nftables/keys.ts";
import { listJson } from "../../../../local/simulator/hosts/nftables/listing.ts";
import { inCidr, type Packet } from "../../../../local/simulator/hosts/nftables/packet.ts";
import { emptyRuleset, type Hook } from "../../../../local/simulator/hosts/nftables/ruleset.ts";
import { applyTransaction } from "../../../../local/simulator/hosts/nftables/transaction.ts";
import { established, filterDocument, match, meta, rule } from "./machines-fixture.ts";

const links = new Set(["lo", "eno1", "pn-a", "pn-b"]);
const accept = { accept: null };
const noRoutes: ForwardingBase = { route: () => undefined, addressType: () => "unicast" };

function packet(changes: Partial<Packet> = {}): Packet {
  return {
    family: "ip",
    saddr: "10.0.0.1",
    daddr: "10.0.1.1",
    protocol: "tcp",
    sport: 40_000,
    dport: 443,
    state: "new",
    direction: "original",
    iifname: "pn-a",
    oifname: "pn-b",
    mark: 0,
    connectionMark: 0,
    ...changes,
  };
}

function verdict(
  document: string,
  given: Packet,
  hook: Hook = "forward",
  fib: ForwardingBase = noRoutes,
): string {
  return decide(applyTransaction(emptyRuleset(), document, links).compiled, hook, given, fib).verdict;
}

function refusal(...commands: object[]): string {
  try {
    applyTransaction(emptyRuleset(), filterDocument(...commands), links);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("nftables", () => {
  it("lets everything through without rules and nothing with an empty chain that drops", () => {
    expect(verdict('{"nftables":[]}', packet())).toBe("accept");
    expect(verdict(filterDocument(), packet())).toBe("drop");
  });

  it("agrees with a plain reading of prefixes, port ranges and interfaces", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const address = fc.tuple(octet, octet).map(([third, fourth]) => `10.0.${third}.${fourth}`);
    const prefix = fc
      .tuple(octet, fc.integer({ min: 8, max: 32 }))
      .map(([third, length]) => ({ addr: `10.0.${third}.0`, len: length }));
    const ports = fc
      .tuple(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 0, max: 2000 }))
      .map(([first, more]) => [first, first + more] as const);
    const condition = fc.record({
      prefix,
      ports,
      link: fc.constantFrom("pn-a", "pn-b"),
      drops: fc.boolean(),
    });
    const question = fc.record({
      saddr: address,
      dport: fc.integer({ min: 1, max: 4000 }),
      iifname: fc.constantFrom("pn-a", "pn-b"),
    });
    fc.assert(
      fc.property(fc.array(condition, { maxLength: 6 }), question, (conditions, asked) => {
        const document = filterDocument(
          ...conditions.map(({ prefix: source, ports: range, link, drops }) =>
            rule(
              "forward",
              meta("iifname", link),
              match("ip", "saddr", { prefix: source }),
              match("tcp", "dport", { range }),
              drops ? { drop: null } : accept,
            ),
          ),
        );
        const first = conditions.find(
          ({ prefix: source, ports: [low, high], link }) =>
            link === asked.iifname &&
            asked.dport >= low &&
            asked.dport <= high &&
            inCidr(asked.saddr, `${source.addr}/${source.len}`),
        );
        expect(verdict(document, packet(asked))).toBe(first && !first.drops ? "accept" : "drop");
      }),
      { numRuns: 150 },
    );
  });

  it("looks up named sets, concatenations and verdict maps, with jumps that return", () => {
    const named = (kind: string, body: object): object => ({
      add: { [kind]: { family: "inet", table: "filter", ...body } },
    });
    const document = filterDocument(
      named("set", {
        name: "pairs",
        type: ["ipv4_addr", "inet_service"],
        flags: ["interval"],
        elem: [{ concat: [{ prefix: { addr: "10.0.0.0", len: 24 } }, 443] }],
      }),
      named("chain", { name: "from-a" }),
      named("chain", { name: "from-b" }),
      named("map", {
        name: "by-link",
        type: "ifname",
        map: "verdict",
        elem: [
          ["pn-a", { jump: { target: "from-a" } }],
          ["pn-b", { goto: { target: "from-b" } }],
        ],
      }),
      rule("forward", established, accept),
      rule("forward", { vmap: { key: { meta: { key: "iifname" } }, data: "@by-link" } }),
      rule(
        "forward",
        {
          match: {
            op: "==",
            left: { payload: { protocol: "tcp", field: "dport" } },
            right: { set: [22, { range: [8000, 8080] }] },
          },
        },
        { counter: null },
        { log: { prefix: "late " } },
        accept,
      ),
      rule(
        "from-a",
        {
          match: {
            op: "==",
            left: {
              concat: [
                { payload: { protocol: "ip", field: "saddr" } },
                { payload: { protocol: "tcp", field: "dport" } },
              ],
            },
            right: "@pairs",
          },
        },
        accept,
      ),
    );
    expect(verdict(document, packet())).toBe("accept");
    expect(verdict(document, packet({ saddr: "10.0.9.1" }))).toBe("drop");
    expect(verdict(document, packet({ saddr: "10.0.9.1", dport: 8_010 }))).toBe("accept");
    expect(verdict(document, packet({ iifname: "pn-b", dport: 22 }))).toBe("drop");
    expect(verdict(document, packet({ iifname: "pn-b", dport: 22, state: "established" }))).toBe("accept");
    const loaded = applyTransaction(emptyRuleset(), document, links);
    const again = applyTransaction(emptyRuleset(), listJson(loaded.ruleset), links);
    const bare = (text: string): string => text.replaceAll(/"handle":\d+,?/g, "");
    expect(bare(listJson(again.ruleset))).toBe(bare(listJson(loaded.ruleset)));
  });

  it("checks where a source would be answered", () => {
    const spoofed = {
      match: { op: "==", left: { fib: { result: "oif", flags: ["saddr", "iif"] } }, right: false },
    };
    const document = filterDocument(rule("forward", spoofed, { drop: null }), rule("forward", accept));
    const through = (link: string): ForwardingBase => ({
      route: (_address, iif) => (iif === link ? link : undefined),
      addressType: () => "unicast",
    });
    expect(verdict(document, packet(), "forward", through("pn-a"))).toBe("accept");
    expect(verdict(document, packet(), "forward", through("pn-b"))).toBe("drop");
  });

  it("tells IPv4 from IPv6, and TCP from what has no ports", () => {
    const document = filterDocument(
      rule("forward", meta("nfproto", "ipv6"), { drop: null }),
      rule("forward", match("tcp", "dport", 443, "!="), { reject: null }),
      rule("forward", accept),
    );
    expect(verdict(document, packet())).toBe("accept");
    expect(verdict(document, packet({ dport: 80 }))).toBe("reject");
    expect(verdict(document, packet({ protocol: "icmp", icmpType: "echo-request" }))).toBe("accept");
    expect(verdict(document, packet({ family: "ip6", saddr: "fd00::1", daddr: "fd00::2" }))).toBe("drop");
  });

  it("refuses what it does not understand, by name, and changes nothing", () => {
    expect(refusal(rule("forward", { xt: { type: "match", name: "comment" } }))).toContain('"xt"');
    expect(refusal(rule("forward", meta("cgroup", 1), accept))).toContain('"cgroup"');
    expect(refusal(rule("nowhere", accept))).toContain("chain nowhere");
    expect(refusal(rule("forward", { jump: { target: "nowhere" } }))).toContain('"nowhere"');
    expect(refusal(rule("forward", match("ip", "saddr", "@nowhere"), accept))).toContain('"nowhere"');
    expect(refusal(rule("forward", match("ip", "saddr", "10.0.0.300"), accept))).toContain("10.0.0.300");
    expect(refusal(rule("forward", match("tcp", "dport", 70_000), accept))).toContain("70000");
    expect(refusal(rule("forward", meta("iif", "pn-z"), accept))).toContain("pn-z");
    expect(refusal(rule("forward", { masquerade: null }))).toContain("nat chain");
    expect(refusal({ add: { flowtable: { family: "inet", table: "filter", name: "ft" } } })).toContain(
      '"flowtable"',
    );
    const chain = (name: string): object => ({ add: { chain: { family: "inet", table: "filter", name } } });
    const circle = [
      chain("x"),
      chain("y"),
      rule("x", { jump: { target: "y" } }),
      rule("y", { jump: { target: "x" } }),
    ];
    expect(refusal(...circle)).toContain("x > y > x");
    const loaded = applyTransaction(emptyRuleset(), filterDocument(), links);
    const before = listJson(loaded.ruleset);
    expect(() =>
      applyTransaction(
        loaded.ruleset,
        '{"nftables":[{"flush":{"ruleset":null}},{"add":{"nothing":{}}}]}',
        links,
      ),
    ).toThrow("command 2");
    expect(listJson(loaded.ruleset)).toBe(before);
  });
});
