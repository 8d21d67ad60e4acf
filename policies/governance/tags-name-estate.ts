import type { PolicyResource } from "@pulumi/policy";
import type { Estate } from "../../model/estate/index.ts";
import { ofType, tagOfBucket, textsOf } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import {
  blockVolumeType,
  bucketType,
  databaseType,
  gatewayType,
  iamPolicyType,
  loadBalancerType,
  privateNetworkType,
  redisType,
  securityGroupType,
  serverTypes,
  vpcType,
} from "../kit/types.ts";

const tagged = [
  ...serverTypes,
  blockVolumeType,
  bucketType,
  databaseType,
  gatewayType,
  "scaleway:iam/application:Application",
  iamPolicyType,
  "scaleway:instance/ip:Ip",
  "scaleway:ipam/ip:Ip",
  loadBalancerType,
  "scaleway:loadbalancers/ip:Ip",
  privateNetworkType,
  "scaleway:network/publicGatewayIp:PublicGatewayIp",
  redisType,
  securityGroupType,
  vpcType,
] as const;

function missing(resource: PolicyResource, { organisation }: Estate): string | undefined {
  const wanted = [
    ["estate", organisation.organisation],
    ["managed-by", "archipel"],
  ] as const;
  for (const [key, value] of wanted) {
    if (resource.type === bucketType) {
      const tag = tagOfBucket(resource, key);
      if (tag.kind === "undetermined") return `its tag ${key} is undetermined`;
      if (tag.kind === "absent" || tag.value !== value) return `no tag ${key}=${value}`;
      continue;
    }
    const tags = textsOf(resource, "tags");
    if (tags === undefined) return "its tags are undetermined";
    if (!tags.includes(`${key}=${value}`)) return `no tag ${key}=${value}`;
  }
  return undefined;
}

export const tagsNameEstate = definePolicyOfEstate("tags-name-estate", (estate, { resources }, report) => {
  const concerned = ofType(resources, ...tagged);
  for (const resource of concerned) {
    const why = missing(resource, estate);
    if (why !== undefined) report(`${resource.name}: ${why}`, resource);
  }
  return nothingIfEmpty(concerned, ...tagged);
});
