import { read } from "../kit/facts.ts";
import { defineInputPolicy } from "../kit/policy.ts";

/** Zonal resources; without `zone` the provider takes its profile's default and the second half lands in the first zone. */
const zonal = new Set([
  "scaleway:elasticmetal/ip:Ip",
  "scaleway:elasticmetal/server:Server",
  "scaleway:instance/ip:Ip",
  "scaleway:instance/placementGroup:PlacementGroup",
  "scaleway:instance/privateNic:PrivateNic",
  "scaleway:instance/securityGroup:SecurityGroup",
  "scaleway:instance/server:Server",
  "scaleway:loadbalancers/ip:Ip",
  "scaleway:loadbalancers/loadBalancer:LoadBalancer",
  "scaleway:network/gatewayNetwork:GatewayNetwork",
  "scaleway:network/publicGateway:PublicGateway",
  "scaleway:network/publicGatewayIp:PublicGatewayIp",
  "scaleway:redis/cluster:Cluster",
]);

export const explicitZone = defineInputPolicy({
  name: "explicit-zone",
  severity: "high",
  description: "Every zonal resource names its Availability Zone.",
  why: "without it the provider takes the profile's default zone, and both halves of a pair can land in one datacentre.",
  remediation: "Set `zone` on the resource.",
  types: zonal,
  validate: (resource, report) => {
    const zone = read<string>(resource, "zone");
    if (zone.kind !== "known")
      report(`${resource.name}: zone is ${zone.kind === "absent" ? "not set" : "undetermined"}`);
  },
});
