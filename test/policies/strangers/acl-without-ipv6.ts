/** A VPC that drops in IPv4, with one rule too wide, and forgets that its networks have IPv6. */
import { Acl } from "@pulumiverse/scaleway/network/acl.js";
import { PrivateNetwork } from "@pulumiverse/scaleway/network/privateNetwork.js";
import { Vpc } from "@pulumiverse/scaleway/network/vpc.js";

export const caughtBy = ["acl-both-families", "acl-accepts-nothing", "network-after-acls"];

export function program(): void {
  const vpc = new Vpc("vpc", { name: "town" });
  new Acl("acl", {
    vpcId: vpc.id,
    isIpv6: false,
    defaultPolicy: "drop",
    rules: [
      {
        action: "accept",
        protocol: "ANY",
        source: "0.0.0.0/0",
        srcPortLow: 0,
        srcPortHigh: 0,
        destination: "0.0.0.0/0",
        dstPortLow: 0,
        dstPortHigh: 0,
      },
    ],
  });
  new PrivateNetwork("network", { name: "town", vpcId: vpc.id });
}
