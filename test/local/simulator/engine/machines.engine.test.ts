import { expect, test } from "vitest";
import { sshKey } from "../harness.ts";
import { judge, nothingLeft } from "./judge.ts";

const instances = (tag: string, port: number) => `
  const vpc = new network.Vpc("vpc", { name: "vpc" });
  const pn = new network.PrivateNetwork("pn", { name: "pn", vpcId: vpc.id, ipv4Subnet: { subnet: "10.0.0.0/24" } });
  const second = new network.PrivateNetwork("second", { name: "second", vpcId: vpc.id });
  const reserved = new ipam.Ip("reserved", { address: "10.0.0.9", sources: [{ privateNetworkId: pn.id }] });
  const group = new instance.SecurityGroup("group", {
    name: "group", inboundDefaultPolicy: "drop", outboundDefaultPolicy: "accept", stateful: true, tags: ["${tag}"],
    inboundRules: [
      { action: "accept", protocol: "TCP", port: ${port}, ipRange: "192.0.2.0/24" },
      { action: "accept", protocol: "UDP", portRange: "10000-20000", ipRange: "0.0.0.0/0" },
      { action: "accept", protocol: "TCP", port: 22, ipRange: "198.51.100.7/32" },
    ],
    outboundRules: [{ action: "drop", protocol: "ANY", ipRange: "203.0.113.0/24" }],
  });
  const bare = new instance.SecurityGroup("bare", { name: "bare", externalRules: true });
  new instance.SecurityGroupRules("rules", {
    securityGroupId: bare.id, inboundRules: [{ action: "accept", protocol: "TCP", port: ${port}, ipRange: "0.0.0.0/0" }],
  });
  const placement = new instance.PlacementGroup("placement", { name: "placement", tags: ["${tag}"] });
  const ip4 = new instance.Ip("ip4", { type: "routed_ipv4", tags: ["${tag}"] });
  const ip6 = new instance.Ip("ip6", { type: "routed_ipv6" });
  const extra = new block.Volume("extra", { name: "extra", iops: 5000, sizeInGb: 20, tags: ["${tag}"] });
  new block.Snapshot("snapshot", { name: "snapshot", volumeId: extra.id, tags: ["${tag}"] });
  const server = new instance.Server("server", {
    name: "server", type: "PLAY2-NANO", image: "debian_bookworm", securityGroupId: group.id, tags: ["${tag}"],
    ipIds: [ip4.id, ip6.id], placementGroupId: placement.id, cloudInit: "#cloud-config\\n# ${tag}\\n",
    additionalVolumeIds: [extra.id], rootVolume: { sizeInGb: 20, volumeType: "sbs_volume" },
  });
  new instance.PrivateNic("nic", {
    serverId: server.id, privateNetworkId: pn.id, ipamIpIds: [reserved.id], tags: ["${tag}"],
  });
  new instance.PrivateNic("other", { serverId: server.id, privateNetworkId: second.id });
  const plain = new instance.Server("plain", {
    name: "plain", type: "DEV1-S", image: "ubuntu_jammy", state: "stopped", rootVolume: { volumeType: "l_ssd", sizeInGb: 10 },
    privateNetworks: [{ pnId: pn.id }],
  });
  const volume = new instance.Volume("local", { name: "local", type: "l_ssd", sizeInGb: 10, tags: ["${tag}"] });
  new instance.UserData("data", { serverId: plain.id, key: "more", value: "${tag}" });
`;

test("Instances", async () => {
  const verdict = await judge(instances("one", 8080), instances("two", 8081));
  expect(verdict.secondPreview).toEqual([]);
  expect(verdict.drift).toBe("");
  expect(verdict.change).toEqual([
    "update data",
    "update extra",
    "update group",
    "update ip4",
    "update local",
    "update nic",
    "update placement",
    "update rules",
    "update server",
    "update snapshot",
  ]);
  expect(verdict.previewAfterChange).toEqual([]);
  expect(verdict.refused).toEqual([]);
  expect(verdict.left).toEqual({ ...nothingLeft, "instance.security_group": 1 });
});

const option = "fr-par-1/cd4158d7-2d65-49be-8803-c4b8ab6f760c";

/** `booked` of the networks have a reserved address; the others are attached at one that Scaleway chooses. */
const metal = (tag: string, more: string, booked: number) => `
  const key = new iam.SshKey("key", { name: "key", publicKey: "${sshKey}" });
  const pns = ["a", "b", "c"].map((name, index) =>
    new network.PrivateNetwork(name, { name, ipv4Subnet: { subnet: \`10.0.\${index}.0/24\` } }));
  const reserved = pns.map((pn, index) => new ipam.Ip(\`reserved-\${index}\`, { address: \`10.0.\${index}.9\`, sources: [{ privateNetworkId: pn.id }] }));
  const os = metal.getOsOutput({ zone: "fr-par-1", name: "Debian", version: "12 (Bookworm)" });
  const server = new metal.Server("server", {
    name: "server", offer: "EM-B220E-NVME", os: os.osId, sshKeyIds: [key.id], hostname: "server",
    description: "${tag}", tags: ["${tag}"], cloudInit: "#cloud-config\\n# ${tag}\\n", options: [{ id: "${option}" }],
    privateNetworks: pns${more}.map((pn, index) => ({
      id: pn.id, ...(index < ${booked} ? { ipamIpIds: [reserved[index].id] } : {}),
    })),
  });
  new metal.Server("raw", { name: "raw", offer: "EM-A315X-SSD", installConfigAfterward: true, tags: ["${tag}"] });
  new metal.Ip("address", { description: "${tag}", serverId: server.id, tags: ["${tag}"] });
  const loose = new metal.Ip("loose", { description: "loose" });
  export const vlans = server.privateNetworks;
`;

test("Elastic Metal", async () => {
  const verdict = await judge(metal("one", ".slice(0, 2)", 1), metal("two", "", 3));
  expect(verdict.secondPreview).toEqual([]);
  expect(verdict.drift).toBe("");
  expect(verdict.change).toEqual(["update address", "update raw", "update server"]);
  expect(verdict.previewAfterChange).toEqual([]);
  expect(verdict.refused).toEqual([]);
  expect(verdict.left).toEqual({ ...nothingLeft, "vpc.vpc": 1 });
});
