import { ofType, written } from "../kit/facts.ts";
import { dependsOn, nothingIfEmpty } from "../kit/joins.ts";
import { definePolicy } from "../kit/policy.ts";
import { aclType, vpcType } from "../kit/types.ts";

export const aclBothFamilies = definePolicy("acl-both-families", ({ resources }, report) => {
  const vpcs = ofType(resources, vpcType);
  const acls = ofType(resources, aclType);
  for (const vpc of vpcs) {
    const own = acls.filter((acl) => dependsOn(acl, "vpcId", vpc));
    const families = own.map((acl) => written<boolean>(acl, "isIpv6"));
    if (families.some(({ kind }) => kind === "undetermined")) {
      report(`${vpc.name}: the family of one of its ACLs is undetermined`, vpc);
      continue;
    }
    const isIpv6 = families.map((family) => family.kind === "known" && family.value);
    if (!isIpv6.includes(false)) report(`${vpc.name}: no ACL for IPv4`, vpc);
    if (!isIpv6.includes(true)) report(`${vpc.name}: no ACL for IPv6`, vpc);
  }
  return nothingIfEmpty(vpcs, vpcType);
});
