/** What Scaleway's API lists, as a network: products by their endpoints, and whatever is not understood or leads out of what was listed. */
import { describe, expect, it } from "vitest";
import type { Network } from "../../../../model/proof/network.ts";
import { liveNetwork } from "../../../../model/proof/read/live.ts";
import { type ObjectKind, Objects } from "../../../../model/proof/replay/objects.ts";
import { bareMetal, configure, documents, file, type Made, network, reservation, vpc } from "./resources.ts";

type Listed = Partial<Record<ObjectKind, readonly Readonly<Record<string, unknown>>[]>>;

/** Two networks of a VPC, and what else is listed; `states` know the VPC and its networks. */
function read(
  listed: Listed,
  states: readonly Made[] = [],
  fill: (objects: Objects) => void = () => {},
): Network {
  const objects = new Objects();
  const base: Listed = {
    vpc: [{ id: "vpc-uuid", name: "vpc-1" }],
    privateNetwork: [1, 2].map((number) => ({
      id: `pn-net-${number}`,
      name: `net-${number}`,
      vpc_id: "vpc-uuid",
      subnets: [{ subnet: `10.0.${number}.0/24` }, { subnet: `fd00:${number}::/64` }],
    })),
  };
  for (const each of [base, listed])
    for (const [kind, items] of Object.entries(each))
      for (const item of items) objects.keep(kind as ObjectKind, item);
  fill(objects);
  return liveNetwork(objects, documents(vpc, network("net-1", 1), network("net-2", 2), ...states));
}

const whys = ({ undetermined }: Network): unknown[] => undetermined.map(({ scope, why }) => [scope, why]);

describe("managed services", () => {
  const cache = {
    id: "cache",
    name: "sessions",
    zone: "fr-par-1",
    endpoints: [{ ips: ["10.0.1.9"], private_network: { id: "pn-net-1", service_ips: ["10.0.1.9/24"] } }],
  };
  const database = {
    id: "database",
    name: "accounts",
    endpoints: [
      { ip: "10.0.2.9", private_network: { private_network_id: "pn-net-2", service_ip: "10.0.2.9/24" } },
      { ip: "203.0.113.9", load_balancer: {} },
    ],
  };

  it("stand on the networks of their endpoints, and on the internet by a public one", () => {
    const { nodes } = read({ cache: [cache], database: [database] });
    expect(nodes).toMatchObject([
      {
        key: "accounts (database)",
        kind: "managed",
        legs: [{ privateNetwork: "net-2", addresses: ["10.0.2.9/24"] }],
        publicInterface: { addresses: ["203.0.113.9"] },
      },
      {
        key: "sessions (cache)",
        kind: "managed",
        legs: [{ privateNetwork: "net-1", addresses: ["10.0.1.9/24"] }],
        publicInterface: undefined,
      },
    ]);
  });

  it("have their state's name, and are believed their tags, when a state knows them", () => {
    const state: Made = { type: "scaleway:redis/cluster:Cluster", name: "shop-cache", id: "fr-par-1/cache" };
    const { nodes } = read({ cache: [{ ...cache, tags: ["workload=shop-cache"] }] }, [state]);
    expect(nodes).toMatchObject([{ key: "shop-cache", workload: "shop-cache" }]);
  });
});

describe("what is not understood", () => {
  it("leaves open what it hangs on", () => {
    const found = read({
      ingressRule: [{ id: "rule", vpc_id: "vpc-uuid" }],
      connector: [{ id: "connector", vpc_id: "vpc-uuid", target_vpc_id: "elsewhere" }],
      route: [
        { id: "one", vpc_id: "vpc-uuid", destination: "0.0.0.0/0", nexthop_resource_id: "nobody" },
        { id: "two", vpc_id: "vpc-uuid", destination: "10.9.0.0/16", nexthop_private_network_id: "pn-net-2" },
        {
          id: "three",
          vpc_id: "vpc-uuid",
          destination: "10.8.0.0/16",
          nexthop_vpc_connector_id: "connector",
        },
      ],
    });
    expect(whys(found)).toEqual([
      ["vpc-1", "an ingress rule is not understood"],
      ["vpc-1", "it joins a VPC that nothing tells of"],
      ["vpc-1", "it leads to something without a known address"],
      ["vpc-1", "it leads to something without a known address"],
    ]);
  });

  it("is never overlooked: a card on a network that is not listed, and an address whose holder is not", () => {
    const found = read({
      nic: [{ id: "nic", server_id: "server", private_network_id: "hidden" }],
      booking: [
        { id: "one", address: "10.0.1.7/24", resource: { type: "k8s_node", id: "node", name: "pool" } },
        { id: "two", address: "10.0.1.8/24", resource: { type: "custom", id: "two" } },
        { id: "three", address: "10.0.1.9/24", resource: null },
      ],
    });
    expect(whys(found)).toEqual([
      [undefined, "k8s_node pool holds 10.0.1.7/24, and is not understood"],
      [undefined, "it is plugged into hidden, a private network that the API does not list"],
    ]);
  });
});

describe("machines", () => {
  const server = bareMetal("server-1", [["net-1", 1201, "10.0.1.7"]]);
  const carrier = "/etc/systemd/network";
  const commands = [
    file(`${carrier}/10-pn-a.netdev`, "[NetDev]\nName=pn-a\nKind=vlan\n[VLAN]\nId=__VLAN_pn-a__\n"),
    file(`${carrier}/20-pn-a.network`, "[Match]\nName=pn-a\n[Network]\nBridge=br-a\n"),
    file(`${carrier}/10-br-a.netdev`, "[NetDev]\nName=br-a\nKind=bridge\n"),
    file(
      "/etc/sysctl.d/90.conf",
      "net.ipv4.ip_forward=1\nnet.ipv4.conf.all.arp_ignore=1\nnet.ipv4.conf.all.arp_announce=2\n",
    ),
  ];
  const listed: Listed = {
    bareMetal: [
      { id: "server-1", name: "town-server-1", zone: "fr-par-1", ips: [{ address: "203.0.113.5" }] },
    ],
    booking: [
      {
        id: "ip-10.0.1.7",
        address: "10.0.1.7/24",
        source: { private_network_id: "pn-net-1" },
        tags: ["purpose=guest"],
      },
      // Of the leg that carries the guest: the host has no such address.
      {
        id: "ip-10.0.1.254",
        address: "10.0.1.254/24",
        source: { private_network_id: "pn-net-1" },
        resource: { type: "baremetal_private_nic", id: "plug" },
        tags: ["purpose=bridge"],
      },
    ],
  };
  const plugged = (objects: Objects): void => {
    objects.attachments.set("server-1", [{ id: "plug", private_network_id: "pn-net-1", vlan: 1201 }]);
  };

  it("have the rules and interfaces of the command that configures them, and the cards that Scaleway plugged in", () => {
    const states = [
      server,
      configure(server, "pn-a=1201", commands),
      reservation("net-1", "guest", "10.0.1.7", "guest"),
    ];
    const found = read(listed, states, plugged);
    expect(found.undetermined).toEqual([]);
    expect(found.nodes).toMatchObject([
      // A guest takes an IPv6 address of its network whenever it likes.
      {
        kind: "guest",
        legs: [{ addresses: ["10.0.1.7/24", "fd00:1::a00:107/64"] }],
        carriedBy: ["server-1"],
      },
      {
        key: "server-1",
        forwards: { 4: true },
        publicInterface: { addresses: ["203.0.113.5"] },
        legs: [{ interface: "pn-a", privateNetwork: "net-1", addresses: [], bridges: true }],
      },
    ]);
  });

  it("are undetermined where their cards are others than the command knows", () => {
    const states = [
      server,
      configure(server, "pn-a=1201", commands),
      reservation("net-1", "guest", "10.0.1.7", "guest"),
    ];
    const found = read(listed, states, (objects) => {
      plugged(objects);
      const own = objects.attachments.get("server-1") ?? [];
      objects.attachments.set("server-1", [
        ...own,
        { id: "more", private_network_id: "pn-net-2", vlan: 1300 },
      ]);
    });
    expect(whys(found)).toEqual([["server-1", "no interface is set on net-2"]]);
    expect(found.nodes.at(-1)?.legs.map(({ privateNetwork }) => privateNetwork)).toEqual(["net-1", "net-2"]);
  });

  it("are nobody's when no state knows them", () => {
    const [node] = read(listed, [], plugged).nodes;
    expect(node).toMatchObject({ key: "town-server-1 (server-1)", application: undefined, rulesets: [] });
  });
});
