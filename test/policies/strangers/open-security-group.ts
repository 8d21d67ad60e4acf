/** A security group left to its defaults, which accept everything, around a server with a public address. */
import { Ip } from "@pulumiverse/scaleway/instance/ip.js";
import { SecurityGroup } from "@pulumiverse/scaleway/instance/securityGroup.js";
import { Server } from "@pulumiverse/scaleway/instance/server.js";

export const caughtBy = ["security-group-drops-inbound", "instance-without-public-address", "explicit-zone"];

export function program(): void {
  const address = new Ip("address", {});
  const group = new SecurityGroup("group", { name: "web" });
  new Server("web", {
    name: "web",
    type: "PRO2-XXS",
    image: "debian_bookworm",
    ipId: address.id,
    securityGroupId: group.id,
  });
}
