/** VPCs, ACLs, routes, connectors, private networks: what is read, and what is never guessed. */
import { describe, expect, it } from "vitest";
import { readNetwork } from "../../../../model/proof/read/index.ts";
import { acl, documents, type Made, network, region, reservation, unknown, urnOf, vpc } from "./resources.ts";

const theVpc = (...made: readonly Made[]) => readNetwork(documents(vpc, ...made)).vpcs[0];

describe("an ACL", () => {
  it("that is not there accepts everything of its family", () => {
    expect(theVpc(acl(false, { defaultPolicy: "drop" }))?.acls).toMatchObject({
      4: { defaultPolicy: "drop", rules: [] },
      6: { origin: undefined, defaultPolicy: "accept", rules: [] },
    });
  });

  it("has the provider's defaults where a rule says nothing, and both ports 0 for every port", () => {
    const rules = [
      { action: "accept", protocol: "TCP", source: "10.0.1.0/24", dstPortLow: 443, dstPortHigh: 444 },
      { srcPortLow: 0, srcPortHigh: 0 },
    ];
    expect(theVpc(acl(true, { defaultPolicy: "drop", rules }))?.acls[6].rules).toEqual([
      {
        action: "accept",
        protocol: "tcp",
        source: "10.0.1.0/24",
        sourcePorts: [0, 65535],
        destination: "::/0",
        destinationPorts: [443, 444],
      },
      {
        action: "accept",
        protocol: "any",
        source: "::/0",
        sourcePorts: [0, 65535],
        destination: "::/0",
        destinationPorts: [0, 65535],
      },
    ]);
  });

  it.each([
    ["its policy", { defaultPolicy: unknown }, "inputs.defaultPolicy", "unknown"],
    ["its rules", { defaultPolicy: "drop", rules: unknown }, "inputs.rules", "unknown"],
    [
      "a rule's source",
      { defaultPolicy: "drop", rules: [{ source: "[secret]" }] },
      "inputs.rules[0].source",
      "secret",
    ],
    ["no policy", {}, "inputs.defaultPolicy", "missing"],
  ])("leaves its VPC undetermined for want of %s", (_, inputs, property, why) => {
    const found = readNetwork(documents(vpc, acl(false, inputs)));
    expect(found.undetermined).toEqual([
      { origin: { resource: urnOf(acl(false, {})), stack: "some.stack" }, property, why, scope: "vpc-1" },
    ]);
  });

  it("is undetermined when there are two of a family", () => {
    const second: Made = { ...acl(false, { defaultPolicy: "accept" }), name: "other" };
    expect(
      readNetwork(documents(vpc, acl(false, { defaultPolicy: "drop" }), second)).undetermined,
    ).toMatchObject([{ why: "a second IPv4 ACL", scope: "vpc-1" }]);
  });
});

describe("a VPC", () => {
  const route = (inputs: Readonly<Record<string, unknown>>): Made => ({
    type: "scaleway:network/route:Route",
    name: "route",
    id: `${region}/route`,
    inputs: { vpcId: vpc.id, destination: "0.0.0.0/0", ...inputs },
  });

  it("hands packets of a custom route to the address behind the resource", () => {
    const hop = reservation("web", "firewall", "10.0.1.2");
    const found = theVpc(network("web", 1), hop, route({ nexthopResourceId: hop.id }));
    expect(found?.routes).toMatchObject([{ destination: "0.0.0.0/0", nextHop: "10.0.1.2" }]);
  });

  it("says when it does not know what is behind a route", () => {
    expect(
      readNetwork(documents(vpc, route({ nexthopResourceId: `${region}/nobody` }))).undetermined,
    ).toMatchObject([{ property: "nexthopResourceId", scope: "vpc-1" }]);
  });

  it("is joined by a connector both ways", () => {
    const other: Made = { ...vpc, name: "vpc-2", id: `${region}/other-uuid` };
    const connector: Made = {
      type: "scaleway:network/connector:Connector",
      name: "connector",
      id: `${region}/connector`,
      inputs: { vpcId: vpc.id, targetVpcId: "other-uuid" },
    };
    const { vpcs } = readNetwork(documents(vpc, other, connector));
    expect(vpcs.map(({ key, connectedTo }) => [key, ...connectedTo])).toEqual([
      ["vpc-1", "vpc-2"],
      ["vpc-2", "vpc-1"],
    ]);
  });
});

describe("a private network", () => {
  it("has its prefixes of both families, and its name whoever else has it", () => {
    const machine: Made = {
      type: "scaleway:instance/server:Server",
      name: "web",
      id: "fr-par-1/web",
      inputs: {},
    };
    const found = readNetwork(documents(machine, vpc, network("web", 1)));
    expect(found.privateNetworks).toMatchObject([
      { key: "web", name: "web", vpc: "vpc-1", prefixes: ["10.0.1.0/24", "fd00:1::/64"] },
    ]);
    expect(found.nodes.map(({ key }) => key)).toEqual(["some.stack/web"]);
  });

  it("that Scaleway gives an IPv6 prefix later has a stand-in until then", () => {
    const { prefixes } =
      readNetwork(documents(vpc, { ...network("web", 1), outputs: {} })).privateNetworks[0] ?? {};
    expect(prefixes).toEqual(["10.0.1.0/24", expect.stringMatching(/^fd[0-9a-f:]+::\/64$/)]);
  });

  it.each([
    ["whose VPC is in no stack", { vpcId: `${region}/nowhere` }, "vpcId"],
    ["whose prefix is unknown", { ipv4Subnet: { subnet: unknown } }, "ipv4Subnet.subnet"],
  ])("%s is undetermined", (_, inputs, property) => {
    const made = network("web", 1);
    const found = readNetwork(documents(vpc, { ...made, inputs: { ...made.inputs, ...inputs } }));
    expect(found.undetermined).toMatchObject([{ property, scope: "web" }]);
  });

  it("is undetermined where something that is not understood hangs on it", () => {
    const cluster: Made = {
      type: "scaleway:kubernetes/cluster:Cluster",
      name: "cluster",
      inputs: { privateNetworkId: `${region}/pn-web` },
    };
    expect(readNetwork(documents(vpc, network("web", 1), cluster)).undetermined).toMatchObject([
      { property: "inputs.privateNetworkId", scope: "web" },
    ]);
  });
});
