import { ofType } from "../kit/facts.ts";
import { dependsOn, nothingIfEmpty } from "../kit/joins.ts";
import { definePolicy } from "../kit/policy.ts";
import { aclType, privateNetworkType, vpcType } from "../kit/types.ts";

export const networkAfterAcls = definePolicy("network-after-acls", ({ resources }, report) => {
  const networks = ofType(resources, privateNetworkType);
  const acls = ofType(resources, aclType);
  for (const vpc of ofType(resources, vpcType)) {
    const own = acls.filter((acl) => dependsOn(acl, "vpcId", vpc));
    for (const network of networks.filter((each) => dependsOn(each, "vpcId", vpc))) {
      const late = own.filter((acl) => !network.dependencies.some(({ urn }) => urn === acl.urn));
      for (const acl of late) {
        report(`${network.name}: made before the ACL ${acl.name}, so it is open for an instant`, network);
      }
    }
  }
  return nothingIfEmpty(networks, privateNetworkType);
});
