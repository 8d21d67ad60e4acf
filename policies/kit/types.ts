/** Type tokens of the resources that policies speak of. */

export const vpcType = "scaleway:network/vpc:Vpc";
export const aclType = "scaleway:network/acl:Acl";
export const privateNetworkType = "scaleway:network/privateNetwork:PrivateNetwork";
export const routeType = "scaleway:network/route:Route";
export const gatewayType = "scaleway:network/publicGateway:PublicGateway";
export const gatewayNetworkType = "scaleway:network/gatewayNetwork:GatewayNetwork";
export const patRuleType = "scaleway:network/publicGatewayPatRule:PublicGatewayPatRule";
export const bareMetalType = "scaleway:elasticmetal/server:Server";
export const flexibleIpType = "scaleway:elasticmetal/ip:Ip";
export const instanceType = "scaleway:instance/server:Server";
export const nicType = "scaleway:instance/privateNic:PrivateNic";
export const securityGroupType = "scaleway:instance/securityGroup:SecurityGroup";
export const securityRulesType = "scaleway:instance/securityGroupRules:SecurityGroupRules";
export const instanceVolumeType = "scaleway:instance/volume:Volume";
export const blockVolumeType = "scaleway:block/volume:Volume";
export const loadBalancerType = "scaleway:loadbalancers/loadBalancer:LoadBalancer";
export const backendType = "scaleway:loadbalancers/backend:Backend";
export const frontendType = "scaleway:loadbalancers/frontend:Frontend";
export const balancerLegType = "scaleway:loadbalancers/privateNetwork:PrivateNetwork";
export const recordType = "scaleway:domain/record:Record";
export const databaseType = "scaleway:databases/instance:Instance";
export const databaseAclType = "scaleway:databases/acl:Acl";
export const readReplicaType = "scaleway:databases/readReplica:ReadReplica";
export const redisType = "scaleway:redis/cluster:Cluster";
export const mongoType = "scaleway:mongodb/instance:Instance";
export const bucketType = "scaleway:object/bucket:Bucket";
export const bucketAclType = "scaleway:object/bucketAcl:BucketAcl";
export const bucketEncryptionType =
  "scaleway:object/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
export const bucketLockType = "scaleway:object/bucketLockConfiguration:BucketLockConfiguration";
export const iamPolicyType = "scaleway:iam/policy:Policy";
export const apiKeyType = "scaleway:iam/apiKey:ApiKey";
export const sshKeyType = "scaleway:iam/sshKey:SshKey";
export const commandType = "command:remote:Command";
export const stackType = "pulumi:pulumi:Stack";

/** Servers of either kind. */
export const serverTypes = [bareMetalType, instanceType] as const;

/** Zonal resources; without `zone` the provider takes its profile's default and the second half lands in the first zone. */
export const zonalTypes = [
  flexibleIpType,
  bareMetalType,
  blockVolumeType,
  "scaleway:instance/ip:Ip",
  "scaleway:instance/placementGroup:PlacementGroup",
  nicType,
  securityGroupType,
  instanceType,
  instanceVolumeType,
  "scaleway:loadbalancers/ip:Ip",
  loadBalancerType,
  gatewayNetworkType,
  gatewayType,
  "scaleway:network/publicGatewayIp:PublicGatewayIp",
  redisType,
] as const;

/** Zonal by what they hang from: they take no zone of their own, and are lost with it. */
export const hungFromZonalTypes = [backendType, frontendType, balancerLegType, patRuleType] as const;
