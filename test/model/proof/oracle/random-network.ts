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
import type { Random } from "./random.ts";
import { type Pool, ports, RulesetMaker } from "./random-rulesets.ts";

const origin = { resource: "test", stack: "test" };
const noBalancers = 2;

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

class Maker {
  readonly #random: Random;
  readonly #pool: Pool;
  readonly #rulesets: RulesetMaker;
  readonly #count: number;
  #public = 0;

  constructor(random: Random, pool: Pool, count: number) {
    this.#random = random;
    this.#pool = pool;
    this.#rulesets = new RulesetMaker(random, pool);
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
      rulesets: this.#rulesets.rulesets(legs),
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
