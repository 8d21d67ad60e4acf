/** A stranger's program that is as it should be: nothing is said of it. */

import { Instance } from "@pulumiverse/scaleway/databases/instance.js";
import { SecurityGroup } from "@pulumiverse/scaleway/instance/securityGroup.js";
import { Server } from "@pulumiverse/scaleway/instance/server.js";
import { Acl } from "@pulumiverse/scaleway/network/acl.js";
import { PrivateNetwork } from "@pulumiverse/scaleway/network/privateNetwork.js";
import { Vpc } from "@pulumiverse/scaleway/network/vpc.js";

export const caughtBy: readonly string[] = [];

export function program(): void {
  const vpc = new Vpc("vpc", { name: "town" });
  const acls = [false, true].map(
    (isIpv6) =>
      new Acl(isIpv6 ? "acl-6" : "acl-4", { vpcId: vpc.id, isIpv6, defaultPolicy: "drop", rules: [] }),
  );
  const network = new PrivateNetwork("network", { name: "town", vpcId: vpc.id }, { dependsOn: acls });
  const group = new SecurityGroup("group", { name: "web", zone: "fr-par-1", inboundDefaultPolicy: "drop" });
  new Server("web", {
    name: "web",
    zone: "fr-par-1",
    type: "PRO2-XXS",
    image: "debian_bookworm",
    securityGroupId: group.id,
  });
  new Instance(
    "database",
    {
      name: "shop",
      nodeType: "db-gp-xs",
      engine: "PostgreSQL-15",
      isHaCluster: true,
      encryptionAtRest: true,
      userName: "shop",
      passwordWo: "written",
      passwordWoVersion: 1,
      privateNetwork: { pnId: network.id, enableIpam: true },
    },
    { protect: true },
  );
}
