/** Rulesets of every kind for one machine, from a seed: chains at each hook, sets and maps, jumps, translations, files that change others. */
import type { Leg, Node } from "../../../../model/proof/network.ts";
import type { Random } from "./random.ts";

export const ports = [22, 53, 80, 443, 5432] as const;
const origin = { resource: "test", stack: "test" };

type Statement = Readonly<Record<string, unknown>>;

/** What rules may name. */
export interface Pool {
  readonly addresses: readonly string[];
  readonly prefixes: readonly string[];
}

export class RulesetMaker {
  readonly #random: Random;
  readonly #pool: Pool;

  constructor(random: Random, pool: Pool) {
    this.#random = random;
    this.#pool = pool;
  }

  /** What a machine with these legs loads: one file, or a second one that changes what the first laid down. */
  rulesets(legs: readonly Leg[]): Node["rulesets"] {
    const random = this.#random;
    if (random.chance(0.1)) return [];
    const family = random.pick(["inet", "inet", "ip", "ip6"]);
    const table = { family, name: "filter" };
    const add = (object: unknown): Statement => ({ add: object });
    const commands: unknown[] = [add({ table }), { delete: { table } }, add({ table })];
    const chain = (name: string, base?: Statement): void => {
      commands.push(add({ chain: { family, table: "filter", name, ...base } }));
    };
    const policy = (): string => (random.chance(0.75) ? "drop" : "accept");
    const hooks = ["input", "forward", "output"].filter(() => random.chance(0.9));
    for (const hook of hooks) chain(hook, { type: "filter", hook, prio: 0, policy: policy() });
    if (random.chance(0.4))
      chain("early", { type: "filter", hook: "prerouting", prio: -300, policy: "accept" });
    if (random.chance(0.2)) chain("second", { type: "filter", hook: "forward", prio: 10, policy: policy() });
    const translates = random.chance(0.35);
    if (translates) {
      chain("arrivals", { type: "nat", hook: "prerouting", prio: -100, policy: "accept" });
      chain("departures", { type: "nat", hook: "postrouting", prio: 100, policy: "accept" });
    }
    chain("inner");
    chain("outer");
    const names = { family, table: "filter" };
    const prefix = random.pick(
      this.#pool.prefixes.filter((each) => each.includes(".") && !each.startsWith("0")),
    );
    commands.push(
      add({
        set: {
          ...names,
          name: "known",
          type: "ipv4_addr",
          flags: ["interval"],
          elem: [this.#address(4), asPrefix(prefix)],
        },
      }),
    );
    commands.push(
      add({
        map: {
          ...names,
          name: "verdicts",
          type: "inet_service",
          map: "verdict",
          flags: ["interval"],
          elem: [
            [random.pick([22, 53]), { accept: null }],
            [{ range: [80, 443] }, random.pick([{ drop: null }, { jump: { target: "inner" } }])],
          ],
        },
      }),
    );
    const rule = (name: string, expr: readonly Statement[]): void => {
      commands.push(add({ rule: { ...names, chain: name, expr } }));
    };
    for (const name of ["inner", "outer", ...hooks]) {
      const targets = name === "inner" ? [] : name === "outer" ? ["inner"] : ["inner", "outer"];
      for (let index = 0; index < 1 + random.int(4); index += 1) rule(name, this.#rule(legs, targets));
    }
    if (commands.some((each) => JSON.stringify(each).includes('"name":"early"'))) {
      rule("early", [
        match({ meta: { key: "iifname" } }, "pn-*"),
        match({ fib: { result: "oif", flags: ["saddr", "iif"] } }, false),
        { drop: null },
      ]);
    }
    if (translates) {
      for (let index = 0; index < 1 + random.int(2); index += 1) {
        const port = random.chance(0.5) ? { port: random.pick(ports) } : {};
        rule("arrivals", [
          ...this.#matches(legs),
          { dnat: { family: "ip", addr: this.#address(4), ...port } },
        ]);
        rule("departures", [
          ...this.#matches(legs),
          random.pick<Statement>([{ snat: { family: "ip", addr: this.#address(4) } }, { masquerade: null }]),
        ]);
      }
    }
    const later = random.chance(0.2)
      ? [
          { add: { rule: { ...names, chain: "inner", expr: this.#rule(legs, []) } } },
          { flush: { chain: { ...names, name: "outer" } } },
        ]
      : [];
    const ruleset = (json: readonly unknown[]): Node["rulesets"][number] => ({
      origin,
      path: "/etc/nftables/test.json",
      stage: "configured",
      json: JSON.stringify({ nftables: json }),
    });
    return later.length === 0 ? [ruleset(commands)] : [ruleset(commands), ruleset(later)];
  }

  #rule(legs: readonly Leg[], targets: readonly string[]): readonly Statement[] {
    const random = this.#random;
    const jumps = targets.flatMap((target): Statement[] => [{ jump: { target } }, { goto: { target } }]);
    if (random.chance(0.12) && targets.length > 0) {
      return [
        {
          vmap: {
            key: { payload: { protocol: random.pick(["tcp", "udp"]), field: "dport" } },
            data: "@verdicts",
          },
        },
      ];
    }
    if (random.chance(0.12) && targets.length > 0) return [this.#interfaceMap(legs, jumps)];
    const accept: Statement = { accept: null };
    const verdict = random.pick<Statement>([
      accept,
      accept,
      accept,
      { drop: null },
      { return: null },
      ...jumps,
    ]);
    return [...this.#matches(legs), { counter: null }, verdict];
  }

  #interfaceMap(legs: readonly Leg[], jumps: readonly Statement[]): Statement {
    const random = this.#random;
    const names = legs.map((leg) => leg.interface);
    const pairs = names.flatMap((from) => names.map((to) => [from, to])).filter(() => random.chance(0.6));
    const key = { concat: [{ meta: { key: "iifname" } }, { meta: { key: "oifname" } }] };
    return {
      vmap: {
        key,
        data: { set: pairs.map((concat) => [{ concat }, random.pick([...jumps, { accept: null }])]) },
      },
    };
  }

  #matches(legs: readonly Leg[]): readonly Statement[] {
    const random = this.#random;
    return Array.from({ length: random.int(3) + (random.chance(0.8) ? 1 : 0) }, () => this.#match(legs));
  }

  #match(legs: readonly Leg[]): Statement {
    const random = this.#random;
    const operator = random.chance(0.2) ? "!=" : "==";
    const family = random.chance(0.75) ? 4 : 6;
    const side = random.pick(["saddr", "daddr"]);
    const address = { payload: { protocol: family === 4 ? "ip" : "ip6", field: side } };
    const protocol = random.pick(["tcp", "udp"]);
    const names = [...legs.map((leg) => leg.interface), "pn-*", "public"];
    return random.pick<() => Statement>([
      () => match({ meta: { key: random.pick(["iifname", "oifname"]) } }, random.pick(names), operator),
      () => match(address, this.#addressValue(family), operator),
      () => match(address, this.#addressValue(family), operator),
      () => match({ payload: { protocol: "ip", field: side } }, "@known", operator),
      () => match({ payload: { protocol, field: "dport" } }, this.#portValue(), operator),
      () =>
        match(
          { payload: { protocol, field: "dport" } },
          random.pick(ports),
          random.pick(["<", ">", "<=", ">="]),
        ),
      () => match({ meta: { key: "nfproto" } }, random.pick(["ipv4", "ipv6"])),
      () => match({ meta: { key: "l4proto" } }, random.pick(["tcp", "udp", "icmp", "vrrp"]), operator),
      () => match({ payload: { protocol: "icmp", field: "type" } }, "echo-request", operator),
      () => match({ ct: { key: "state" } }, random.pick([["established", "related"], "new"]), "in"),
      () =>
        match(
          {
            concat: [{ payload: { protocol: "ip", field: side } }, { payload: { protocol, field: "dport" } }],
          },
          {
            set: [
              { concat: [this.#address(4), random.pick(ports)] },
              { concat: [this.#address(4), { range: [53, 443] }] },
            ],
          },
        ),
    ])();
  }

  #address(family: 4 | 6): string {
    return this.#random.pick(this.#pool.addresses.filter((each) => each.includes(":") === (family === 6)));
  }

  #addressValue(family: 4 | 6): unknown {
    const random = this.#random;
    const prefixes = this.#pool.prefixes.filter((each) => each.includes(":") === (family === 6));
    const range = family === 4 ? ["10.0.0.2", "10.0.1.3"] : ["fd00:1::2", "fd00:2::3"];
    return random.pick<() => unknown>([
      () => this.#address(family),
      () => asPrefix(random.pick(prefixes)),
      () => ({ set: [this.#address(family), this.#address(family), asPrefix(random.pick(prefixes))] }),
      () => ({ range }),
    ])();
  }

  #portValue(): unknown {
    const random = this.#random;
    return random.pick<unknown>([
      random.pick(ports),
      { range: [53, 443] },
      { set: [random.pick(ports), { range: [80, 90] }] },
    ]);
  }
}

function asPrefix(text: string): unknown {
  const [addr = "", len] = text.split("/");
  return { prefix: { addr, len: Number(len) } };
}

function match(left: unknown, right: unknown, op = "=="): Statement {
  return { match: { op, left, right } };
}
