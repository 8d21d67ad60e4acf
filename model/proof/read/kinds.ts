/** Type tokens of what is read. The provider keeps each product under its present module and under an older flat name; programs use both. */

export const kinds = {
  vpc: ["scaleway:network/vpc:Vpc", "scaleway:index/vpc:Vpc"],
  acl: ["scaleway:network/acl:Acl"],
  route: ["scaleway:network/route:Route", "scaleway:index/vpcRoute:VpcRoute"],
  connector: ["scaleway:network/connector:Connector"],
  privateNetwork: [
    "scaleway:network/privateNetwork:PrivateNetwork",
    "scaleway:index/vpcPrivateNetwork:VpcPrivateNetwork",
  ],
  reservation: ["scaleway:ipam/ip:Ip", "scaleway:index/ipamIp:IpamIp"],
  bareMetal: ["scaleway:elasticmetal/server:Server", "scaleway:index/baremetalServer:BaremetalServer"],
  flexibleIp: ["scaleway:elasticmetal/ip:Ip", "scaleway:index/flexibleIp:FlexibleIp"],
  instance: ["scaleway:instance/server:Server", "scaleway:index/instanceServer:InstanceServer"],
  instanceIp: ["scaleway:instance/ip:Ip", "scaleway:index/instanceIp:InstanceIp"],
  privateNic: [
    "scaleway:instance/privateNic:PrivateNic",
    "scaleway:index/instancePrivateNic:InstancePrivateNic",
  ],
  securityGroup: [
    "scaleway:instance/securityGroup:SecurityGroup",
    "scaleway:index/instanceSecurityGroup:InstanceSecurityGroup",
  ],
  securityGroupRules: [
    "scaleway:instance/securityGroupRules:SecurityGroupRules",
    "scaleway:index/instanceSecurityGroupRules:InstanceSecurityGroupRules",
  ],
  loadBalancer: [
    "scaleway:loadbalancers/loadBalancer:LoadBalancer",
    "scaleway:index/loadbalancer:Loadbalancer",
  ],
  loadBalancerIp: ["scaleway:loadbalancers/ip:Ip", "scaleway:index/loadbalancerIp:LoadbalancerIp"],
  loadBalancerLeg: ["scaleway:loadbalancers/privateNetwork:PrivateNetwork"],
  backend: [
    "scaleway:loadbalancers/backend:Backend",
    "scaleway:index/loadbalancerBackend:LoadbalancerBackend",
  ],
  frontend: [
    "scaleway:loadbalancers/frontend:Frontend",
    "scaleway:index/loadbalancerFrontend:LoadbalancerFrontend",
  ],
  frontendAcl: ["scaleway:loadbalancers/acl:Acl", "scaleway:index/loadbalancerAcl:LoadbalancerAcl"],
  frontendRoute: ["scaleway:loadbalancers/route:Route", "scaleway:index/loadbalancerRoute:LoadbalancerRoute"],
  gateway: [
    "scaleway:network/publicGateway:PublicGateway",
    "scaleway:index/vpcPublicGateway:VpcPublicGateway",
  ],
  gatewayIp: [
    "scaleway:network/publicGatewayIp:PublicGatewayIp",
    "scaleway:index/vpcPublicGatewayIp:VpcPublicGatewayIp",
  ],
  gatewayNetwork: [
    "scaleway:network/gatewayNetwork:GatewayNetwork",
    "scaleway:index/vpcGatewayNetwork:VpcGatewayNetwork",
  ],
  portForward: [
    "scaleway:network/publicGatewayPatRule:PublicGatewayPatRule",
    "scaleway:index/vpcPublicGatewayPatRule:VpcPublicGatewayPatRule",
  ],
  database: ["scaleway:databases/instance:Instance", "scaleway:index/databaseInstance:DatabaseInstance"],
  cache: ["scaleway:redis/cluster:Cluster", "scaleway:index/redisCluster:RedisCluster"],
  command: ["command:remote:Command"],
} as const;

export type Kind = keyof typeof kinds;

const kindByType: ReadonlyMap<string, Kind> = new Map(
  (Object.entries(kinds) as [Kind, readonly string[]][]).flatMap(([kind, types]) =>
    types.map((type): [string, Kind] => [type, kind]),
  ),
);

/** Undefined for what has no part in a network, or is not understood: see `notUnderstood`. */
export function kindOf(type: string): Kind | undefined {
  return kindByType.get(type);
}
