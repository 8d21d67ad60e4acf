/** Small networks of every kind, from a seed: hosts, pairs, forwarders on two networks, ACLs, security groups, translators, both families. */
import type {
  Acl,
  Leg,
  Network,
  Node,
  NodeKind,
  Route,
  SecurityGroup,
} from "../../../../model/proof/network.ts";
import { mulberry32 } from "../../../helpers/mulberry32.ts";

export interface Random {
  /** 0 to `below` - 1. */
  int(below: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

export function randomOf(seed: number): Random {
  const draw = mulberry32(seed * 2_654_435_761 + 1);
  const next = (): number => draw() / 2 ** 32;
  return {
    int: (below) => Math.floor(next() * below),
    chance: (probability) => next() < probability,
    pick: (from) => from[Math.floor(next() * from.length)] as never,
  };
}

export const ports = [22, 53, 80, 443, 5432] as const;
const origin = { resource: "test", stack: "test" };
const noBalancers = 2;

export interface Pool {
  readonly addresses: readonly string[];
  readonly prefixes: readonly string[];
}

export function randomNetwork(random: Random): Network & { readonly pool: Pool } {
  const count = 2 + random.int(3);
  const vpcs = random.chance(0.3) ? ["vpc-0", "vpc-1"] : ["vpc-0"];
  const networks = Array.from({ length: count }, (_, index) => ({
    key: `net-${index}`,
    name: `net-${index}`,
    origin,
    vpc: random.pick(vpcs),
    prefixes: [`10.0.${index}.0/29`, `fd00:${index + 1}::/125`],
  }));
  const pool: Pool = {
    addresses: networks.flatMap((_, index) =>
      [1, 2, 3, 4, 5].flatMap((host) => [`10.0.${index}.${host}`, `fd00:${index + 1}::${host}`]),
    ),
    prefixes: [
      ...networks.flatMap(({ prefixes }) => prefixes),
      ...["10.0.0.0/16", "0.0.0.0/0", "::/0", "10.0.0.4/31", "fd00:1::4/126", "198.51.100.0/24"],
    ],
  };
  const maker = new Maker(random, pool, count);
  const nodes: Node[] = [];
  for (let index = 0; index < count; index += 1) {
    for (let host = 0; host < 1 + random.int(2); host += 1) nodes.push(maker.host(index, host + 1));
  }
  const firewalls = 1 + random.int(2);
  for (let index = 0; index < firewalls; index += 1) nodes.push(maker.firewall(index));
  if (random.chance(0.3)) nodes.push(maker.translator());
  return {
    pool,
    vpcs: vpcs.map((key) => ({
      key,
      origin,
      acls: { 4: maker.acl(4), 6: maker.acl(6) },
      routes: random.chance(0.2) ? [{ origin, destination: "198.51.100.64/26", nextHop: "10.0.0.4" }] : [],
      connectedTo: key === "vpc-1" && random.chance(0.5) ? ["vpc-0"] : [],
    })),
    privateNetworks: networks,
    nodes: random.chance(0.5) ? nodes : nodes.toReversed(),
    undetermined: [],
  };
}

type Statement = Readonly<Record<string, unknown>>;

class Maker {
  readonly #random: Random;
  readonly #pool: Pool;
  readonly #count: number;
  #public = 0;

  constructor(random: Random, pool: Pool, count: number) {
    this.#random = random;
    this.#pool = pool;
    this.#count = count;
  }

  host(network: number, host: number): Node {
    const random = this.#random;
    const legs = [legOf(network, host)];
    const other = (network + 1) % this.#count;
    if (random.chance(0.2)) legs.push(legOf(other, 6));
    return this.#node(`host-${network}-${host}`, random.chance(0.5) ? "bare-metal" : "instance", legs, {
      forwards: random.chance(0.2),
      gateway: `10.0.${network}.4`,
    });
  }

  firewall(index: number): Node {
    const random = this.#random;
    const legs = Array.from({ length: this.#count }, (_, network) => network)
      .filter(() => random.chance(0.8))
      .map((network) => ({
        ...legOf(network, 4 + index),
        virtualAddresses: random.chance(0.4) ? [`10.0.${network}.3`] : [],
      }));
    const tunnel: Leg = {
      interface: "wg-clients",
      privateNetwork: undefined,
      addresses: [],
      virtualAddresses: [],
      beyond: ["10.9.0.0/30"],
    };
    return this.#node(`firewall-${index}`, "instance", random.chance(0.2) ? [...legs, tunnel] : legs, {
      forwards: true,
      gateway: random.chance(0.4) ? `10.0.0.${random.pick([1, 3, 4, 5])}` : undefined,
    });
  }

  translator(): Node {
    const random = this.#random;
    const network = random.int(this.#count);
    const balances = random.chance(0.6);
    const base = this.#node(
      "translator",
      balances ? "load-balancer" : "gateway",
      [legOf(network, noBalancers + 5 - 1)],
      {
        forwards: false,
        gateway: undefined,
      },
    );
    const from = random.pick(["internet", `net-${network}`]);
    return {
      ...base,
      rulesets: [],
      routes: [],
      publicInterface: { interface: "public", addresses: ["198.51.100.200"], securityGroup: undefined },
      translations: [
        balances
          ? {
              origin,
              kind: "balance",
              protocol: "tcp",
              listen: { from, ports: [443, 443] },
              targets: [{ address: `10.0.${network}.1`, ports: [80, 80] }],
            }
          : {
              origin,
              kind: "masquerade",
              protocol: "any",
              listen: { from: `net-${network}`, ports: [0, 65_535] },
              targets: [],
            },
      ],
    };
  }

  acl(family: 4 | 6): Acl {
    const random = this.#random;
    const prefixes = [...this.#pool.prefixes, ...this.#pool.addresses].filter(
      (each) => each.includes(":") === (family === 6),
    );
    return {
      origin,
      defaultPolicy: random.chance(0.7) ? "drop" : "accept",
      rules: Array.from({ length: random.int(4) }, () => ({
        action: random.pick(["accept", "drop"]),
        protocol: random.pick(["any", "tcp", "udp", "icmp"]),
        source: random.pick(prefixes),
        sourcePorts: [0, 65_535],
        destination: random.pick(prefixes),
        destinationPorts: random.chance(0.5) ? [0, 65_535] : [random.pick(ports), 5432],
      })),
    };
  }

  #node(
    key: string,
    kind: NodeKind,
    legs: readonly Leg[],
    { forwards, gateway }: { readonly forwards: boolean; readonly gateway: string | undefined },
  ): Node {
    const random = this.#random;
    const isPublic = random.chance(0.25);
    this.#public += 1;
    const routes: Route[] = [];
    const first = legs[0]?.interface ?? "none";
    if (gateway !== undefined) routes.push({ destination: "0.0.0.0/0", gateway, interface: first });
    else if (isPublic) routes.push({ destination: "0.0.0.0/0", gateway: undefined, interface: "public" });
    if (random.chance(0.2)) routes.push({ destination: "::/0", gateway: "fd00:1::4", interface: first });
    if (random.chance(0.2)) {
      routes.push({
        destination: `10.0.${random.int(this.#count)}.0/30`,
        gateway: "10.0.0.5",
        interface: first,
      });
    }
    if (random.chance(0.1)) {
      routes.push({
        destination: "10.0.1.0/29",
        gateway: undefined,
        interface: first,
        incoming: random.pick(legs)?.interface ?? "none",
      });
    }
    return {
      key,
      name: key,
      kind,
      origin,
      zone: "zone",
      role: "server",
      application: undefined,
      workload: undefined,
      legs,
      publicInterface: isPublic
        ? {
            interface: "public",
            addresses: [`198.51.100.${this.#public}`, `2001:db8::${this.#public}`],
            securityGroup: kind === "instance" ? this.#group() : undefined,
          }
        : undefined,
      rulesets: this.#rulesets(legs),
      forwards: { 4: forwards, 6: forwards && random.chance(0.5) },
      speaks: { 4: true, 6: random.chance(0.7) },
      routes,
      carriedBy: [],
      translations: [],
    };
  }

  #group(): SecurityGroup {
    const random = this.#random;
    const filter = (): SecurityGroup["inbound"] => ({
      defaultPolicy: random.pick(["accept", "drop"]),
      rules: Array.from({ length: random.int(3) }, () => ({
        action: random.pick(["accept", "drop"]),
        protocol: random.pick(["any", "tcp", "udp", "icmp"]),
        remote: random.pick(this.#pool.prefixes),
        ports: random.chance(0.5) ? [0, 65_535] : [random.pick(ports), 443],
      })),
    });
    return { origin, stateful: true, inbound: filter(), outbound: filter() };
  }

  #rulesets(legs: readonly Leg[]): Node["rulesets"] {
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
        set: { ...names, name: "known", type: "ipv4_addr", elem: [this.#address(4), asPrefix(prefix)] },
      }),
    );
    commands.push(
      add({
        map: {
          ...names,
          name: "verdicts",
          type: "inet_service",
          map: "verdict",
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

function legOf(network: number, host: number): Leg {
  return {
    interface: `pn-${network}`,
    privateNetwork: `net-${network}`,
    addresses: [`10.0.${network}.${host}/29`, `fd00:${network + 1}::${host}/125`],
    virtualAddresses: [],
    beyond: [],
  };
}

function asPrefix(text: string): unknown {
  const [addr = "", len] = text.split("/");
  return { prefix: { addr, len: Number(len) } };
}

function match(left: unknown, right: unknown, op = "=="): Statement {
  return { match: { op, left, right } };
}
