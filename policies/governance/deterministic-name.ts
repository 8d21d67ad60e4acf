import type { PolicyResource } from "@pulumi/policy";
import { written } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import {
  backendType,
  blockVolumeType,
  bucketType,
  databaseType,
  frontendType,
  gatewayType,
  iamPolicyType,
  loadBalancerType,
  privateNetworkType,
  redisType,
  securityGroupType,
  serverTypes,
  sshKeyType,
  vpcType,
} from "../kit/types.ts";

const named = [
  ...serverTypes,
  backendType,
  blockVolumeType,
  bucketType,
  databaseType,
  frontendType,
  gatewayType,
  "scaleway:iam/application:Application",
  iamPolicyType,
  loadBalancerType,
  privateNetworkType,
  redisType,
  securityGroupType,
  sshKeyType,
  vpcType,
] as const;

/** The provider names what the program does not: the logical name and seven random digits. */
function isRandom(resource: PolicyResource, name: string): boolean {
  return name.startsWith(`${resource.name}-`) && /^[0-9a-f]{7}$/.test(name.slice(resource.name.length + 1));
}

export const deterministicName = definePolicyOnEach("deterministic-name", named, (resource) => {
  const name = written<string>(resource, "name");
  if (name.kind === "undetermined") return "its name is undetermined";
  return name.kind === "absent" || isRandom(resource, name.value) ? "its name is left to chance" : undefined;
});
