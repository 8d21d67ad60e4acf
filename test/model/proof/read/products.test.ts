/** Scaleway's own machines: what load balancers and gateways do with a connection, and managed services as members of a network. */
import { describe, expect, it } from "vitest";
import { readNetwork } from "../../../../model/proof/read/index.ts";
import { documents, type Made, network, region, reservation, unknown, vpc, zone } from "./resources.ts";

const nets = [vpc, network("ingress", 1), network("egress", 2)];
const read = (...made: readonly Made[]) => {
  const found = readNetwork(documents(...nets, ...made));
  return { ...found, node: found.nodes[0] };
};

describe("a load balancer", () => {
  const booked = reservation("ingress", "load-balancer", "10.0.1.5");
  const ip: Made = {
    type: "scaleway:loadbalancers/ip:Ip",
    name: "ip",
    id: `${zone}/ip`,
    outputs: { ipAddress: "203.0.113.5" },
  };
  const balancer: Made = {
    type: "scaleway:loadbalancers/loadBalancer:LoadBalancer",
    name: "balancer",
    id: `${zone}/lb`,
    inputs: {
      zone,
      ipIds: [ip.id],
      privateNetworks: [{ privateNetworkId: `${region}/pn-ingress`, ipamIds: booked.id }],
    },
  };
  const backend: Made = {
    type: "scaleway:loadbalancers/backend:Backend",
    name: "backend",
    id: `${zone}/backend`,
    inputs: { lbId: balancer.id, forwardPort: 443, serverIps: ["10.0.1.7", "10.0.1.8"] },
  };
  const frontend = (inputs: Readonly<Record<string, unknown>> = {}): Made => ({
    type: "scaleway:loadbalancers/frontend:Frontend",
    name: "frontend",
    id: `${zone}/frontend`,
    inputs: { lbId: balancer.id, backendId: backend.id, inboundPort: 8443, ...inputs },
  });

  it("leads from the internet and from its own network to its backend's servers", () => {
    const { node, undetermined } = read(booked, ip, balancer, backend, frontend());
    expect(node).toMatchObject({
      kind: "load-balancer",
      legs: [{ privateNetwork: "ingress", addresses: ["10.0.1.5/24"] }],
      publicInterface: { addresses: ["203.0.113.5"] },
    });
    expect(node?.translations.map(({ listen, targets }) => ({ listen, targets }))).toEqual(
      ["internet", "ingress"].map((from) => ({
        listen: { from, ports: [8443, 8443] },
        targets: ["10.0.1.7", "10.0.1.8"].map((address) => ({ address, ports: [443, 443] })),
      })),
    );
    expect(undetermined).toEqual([]);
  });

  it("takes the connections that its ACLs let in, and the rest that none of them names", () => {
    const acls = [
      { action: { type: "allow" }, match: { ipSubnets: ["192.0.2.0/24", "198.51.100.1"] } },
      { action: { type: "deny" }, match: { ipSubnets: ["0.0.0.0/0"], httpFilter: "path_begin" } },
      { action: { type: "deny" }, match: { ipSubnets: ["0.0.0.0/0"] } },
    ];
    const { node } = read(booked, ip, balancer, backend, frontend({ acls }));
    expect(node?.translations[0]?.allowed).toMatchObject({
      defaultPolicy: "accept",
      rules: [
        { action: "accept", remote: "192.0.2.0/24" },
        { action: "accept", remote: "198.51.100.1/32" },
        { action: "drop", remote: "0.0.0.0/0" },
      ],
    });
  });

  it.each([
    [
      "its backend's servers are unknown",
      { ...backend, inputs: { ...backend.inputs, serverIps: unknown } },
      {},
    ],
    [
      "a server is unknown",
      { ...backend, inputs: { ...backend.inputs, serverIps: ["10.0.1.7", unknown] } },
      {},
    ],
    ["its backend is in no stack", backend, { backendId: `${zone}/nobody` }],
    ["an ACL inverts its match", backend, { acls: [{ action: { type: "allow" }, match: { invert: true } }] }],
  ])("is undetermined when %s", (_, made, inputs) => {
    const { undetermined } = read(booked, ip, balancer, made, frontend(inputs));
    expect(undetermined).toMatchObject([{ scope: "balancer" }]);
  });

  it("has a public address, whatever it asks for, until Scaleway answers that it has none", () => {
    const inputs = { ...balancer.inputs, ipIds: undefined, assignFlexibleIp: false };
    expect(read(booked, { ...balancer, inputs }).node?.publicInterface?.addresses).toHaveLength(1);
    const answered = { ...balancer, inputs, outputs: { ipAddress: "" } };
    expect(read(booked, answered).node?.publicInterface).toBeUndefined();
  });
});

describe("a public gateway", () => {
  const booked = reservation("egress", "gateway", "10.0.2.9");
  const gateway = (inputs: Readonly<Record<string, unknown>> = {}): Made => ({
    type: "scaleway:network/publicGateway:PublicGateway",
    name: "gateway",
    id: `${zone}/gateway`,
    inputs: { zone, bastionEnabled: false, ...inputs },
  });
  const attachment = (inputs: Readonly<Record<string, unknown>> = {}): Made => ({
    type: "scaleway:network/gatewayNetwork:GatewayNetwork",
    name: "gateway-egress",
    id: `${zone}/attachment`,
    inputs: {
      gatewayId: `${zone}/gateway`,
      privateNetworkId: `${region}/pn-egress`,
      enableMasquerade: true,
      ipamConfigs: [{ ipamIpId: booked.id, pushDefaultRoute: false }],
      ...inputs,
    },
  });

  it("masquerades what comes from its network, unless it is told not to", () => {
    const { node, undetermined } = read(booked, gateway(), attachment());
    expect(node).toMatchObject({
      kind: "gateway",
      legs: [{ privateNetwork: "egress", addresses: ["10.0.2.9/24"] }],
      translations: [{ kind: "masquerade", protocol: "any", listen: { from: "egress" }, targets: [] }],
    });
    expect(undetermined).toEqual([]);
    expect(read(booked, gateway(), attachment({ enableMasquerade: false })).node?.translations).toEqual([]);
  });

  it("forwards ports from the internet, of both protocols where none is said", () => {
    const forward: Made = {
      type: "scaleway:network/publicGatewayPatRule:PublicGatewayPatRule",
      name: "forward",
      inputs: { gatewayId: `${zone}/gateway`, privateIp: "10.0.2.20", privatePort: 22, publicPort: 2200 },
    };
    const { node } = read(booked, gateway(), attachment({ enableMasquerade: false }), forward);
    expect(node?.translations).toMatchObject(
      ["tcp", "udp"].map((protocol) => ({
        kind: "port-forward",
        protocol,
        listen: { from: "internet", ports: [2200, 2200] },
        targets: [{ address: "10.0.2.20", ports: [22, 22] }],
      })),
    );
  });

  it("is undetermined with a bastion of its own", () => {
    expect(read(booked, gateway({ bastionEnabled: true }), attachment()).undetermined).toMatchObject([
      { property: "inputs.bastionEnabled", scope: "gateway" },
    ]);
  });
});

describe("a managed service", () => {
  it("is a member of its private network, and on the internet with a public endpoint alone", () => {
    const database: Made = {
      type: "scaleway:databases/instance:Instance",
      name: "database",
      id: `${region}/database`,
      inputs: { privateNetwork: { pnId: `${region}/pn-egress`, ipNet: "10.0.2.30/24" } },
    };
    const { node } = read(database);
    expect(node).toMatchObject({
      kind: "managed",
      legs: [{ privateNetwork: "egress", addresses: ["10.0.2.30/24"] }],
      publicInterface: undefined,
    });
    const open = { ...database, inputs: { ...database.inputs, loadBalancer: {} } };
    expect(read(open).node?.publicInterface).toBeDefined();
  });

  it("whose address nobody knows leaves it undetermined", () => {
    const cache: Made = {
      type: "scaleway:redis/cluster:Cluster",
      name: "cache",
      id: `${zone}/cache`,
      inputs: { privateNetworks: [{ id: `${region}/pn-egress` }] },
    };
    const { undetermined, node } = read(cache);
    expect(node?.legs).toMatchObject([{ privateNetwork: "egress", addresses: [] }]);
    expect(undetermined).toMatchObject([{ scope: "cache" }]);
  });
});
