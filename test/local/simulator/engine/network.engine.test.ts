import { expect, test } from "vitest";
import { judge, nothingLeft } from "./judge.ts";

const program = (tag: string, port: number) => `
  const project = new account.Project("project", { name: "apart", description: "${tag}" });
  const vpc = new network.Vpc("vpc", { name: "vpc", tags: ["${tag}"] });
  const other = new network.Vpc("other", { name: "other" });
  for (const isIpv6 of [false, true]) {
    new network.Acl(isIpv6 ? "acl6" : "acl4", {
      vpcId: vpc.id,
      isIpv6,
      defaultPolicy: "drop",
      rules: isIpv6 ? [] : [{
        protocol: "TCP", source: "10.0.0.0/24", destination: "10.0.1.0/24",
        dstPortLow: ${port}, dstPortHigh: ${port}, srcPortLow: 0, srcPortHigh: 0, action: "accept", description: "web",
      }],
    });
  }
  const given = new network.PrivateNetwork("given", {
    name: "given", vpcId: vpc.id, ipv4Subnet: { subnet: "10.0.0.0/24" }, tags: ["${tag}"],
  });
  const automatic = new network.PrivateNetwork("automatic", { name: "automatic", vpcId: vpc.id });
  new network.PrivateNetwork("elsewhere", { name: "elsewhere", projectId: project.id });
  new network.Connector("connector", { name: "connector", vpcId: vpc.id, targetVpcId: other.id, tags: ["${tag}"] });
  const reserved = new ipam.Ip("reserved", {
    address: "10.0.0.9", sources: [{ privateNetworkId: given.id }], tags: ["${tag}"],
  });
  new ipam.Ip("free", { sources: [{ privateNetworkId: automatic.id }], isIpv6: true });
  new ipam.Ip("custom", {
    sources: [{ privateNetworkId: given.id }], customResources: [{ macAddress: "bc:24:11:74:d0:5a", name: "vm" }],
  });
  const ip = new network.PublicGatewayIp("ip", { tags: ["${tag}"] });
  const gateway = new network.PublicGateway("gateway", {
    name: "gateway", type: "VPC-GW-S", ipId: ip.id, bastionEnabled: true, bastionPort: 61000, tags: ["${tag}"],
    allowedIpRanges: ["192.0.2.0/24"],
  });
  const leg = new network.GatewayNetwork("leg", {
    gatewayId: gateway.id, privateNetworkId: given.id, enableMasquerade: true,
    ipamConfigs: [{ pushDefaultRoute: true, ipamIpId: reserved.id }],
  });
  new network.PublicGatewayPatRule("pat", {
    gatewayId: gateway.id, privateIp: "10.0.0.20", privatePort: 22, publicPort: ${port}, protocol: "tcp",
  }, { dependsOn: leg });
  new network.Route("route", { vpcId: vpc.id, destination: "10.99.0.0/16", nexthopResourceId: leg.id.apply((id) => id.split("/")[1]), description: "${tag}" });
`;

test("VPCs, networks, access control, IPAM and public gateways", async () => {
  const verdict = await judge(program("one", 8080), program("two", 8081));
  expect(verdict.secondPreview).toEqual([]);
  expect(verdict.drift).toBe("");
  expect(verdict.change).toEqual([
    "update acl4",
    "update connector",
    "update gateway",
    "update given",
    "update ip",
    "update pat",
    "update project",
    "update reserved",
    "update route",
    "update vpc",
  ]);
  expect(verdict.previewAfterChange).toEqual([]);
  expect(verdict.refused).toEqual([]);
  // The default VPC of the second project was made for the network that named none.
  expect(verdict.left).toEqual(nothingLeft);
});
