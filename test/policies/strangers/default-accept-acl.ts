/** ACLs of both families that name what to drop, and accept the rest. */
import { Acl } from "@pulumiverse/scaleway/network/acl.js";
import { Vpc } from "@pulumiverse/scaleway/network/vpc.js";

export const caughtBy = ["acl-denies-by-default"];

export function program(): void {
  const vpc = new Vpc("vpc", { name: "town" });
  for (const isIpv6 of [false, true])
    new Acl(isIpv6 ? "acl-6" : "acl-4", { vpcId: vpc.id, isIpv6, rules: [] });
}
