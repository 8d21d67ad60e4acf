import type { World } from "../core/world.ts";
import type { Machine, SecurityGroup } from "../machines.ts";
import type { Resource } from "../store/store.ts";
import { addressesOfServer } from "./instance-addresses.ts";
import { type GroupRule, groupRole, rulesOf, type SecurityGroupBody } from "./instance-groups.ts";
import type { PrivateNicBody } from "./instance-nics.ts";
import type { Server } from "./instance-server.ts";
import { legOf, projectKeys } from "./machine-parts.ts";
import { firstIpv6 } from "./public-addresses.ts";

function securityGroupOf(world: World, server: Server): SecurityGroup | undefined {
  const [id] = world.store.targets(server.id, groupRole);
  const group =
    id === undefined ? undefined : world.store.get<SecurityGroupBody>(id, "instance.security_group");
  if (!group) return undefined;
  return {
    id: group.id,
    name: group.name,
    stateful: group.body.stateful,
    inboundDefault: group.body.inbound_default_policy,
    outboundDefault: group.body.outbound_default_policy,
    rules: rulesOf(group as never).map((rule: GroupRule) => ({
      direction: rule.direction,
      action: rule.action,
      protocol: rule.protocol,
      ipRange: rule.ip_range,
      portFrom: rule.dest_port_from ?? undefined,
      portTo: rule.dest_port_to ?? rule.dest_port_from ?? undefined,
    })),
  };
}

/** An Instance as its host sees it. */
export function instanceMachine(world: World, resource: Resource): Machine {
  const server = resource as unknown as Server;
  const nics = world.store.list<PrivateNicBody>({ kind: "instance.private_nic", parent: server.id });
  const root = server.hidden.volumes?.["0"] ?? server.id;
  return {
    id: server.id,
    kind: "instance",
    name: server.name,
    zone: server.locality,
    projectId: server.project,
    power: server.body.state === "running" ? "running" : "stopped",
    installation: root,
    boots: server.hidden.boots ?? 0,
    userData: server.hidden.userData?.["cloud-init"] ?? "",
    authorizedKeys: projectKeys(world, server.project),
    publicAddresses: addressesOfServer(world, server.id).map(
      ({ body }) => body.address ?? firstIpv6(body.prefix ?? ""),
    ),
    legs: nics
      .map((nic) => legOf(world, nic.body.private_network_id, nic.id, nic.body.mac_address, undefined))
      .sort((a, b) => (a.privateNetworkId < b.privateNetworkId ? -1 : 1)),
    securityGroup: securityGroupOf(world, server),
    tags: server.body.tags,
  };
}
