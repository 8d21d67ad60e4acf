/** VPCs and private networks as the calls left them. */
import type { Acl, AclRule, Family, PrivateNetwork, Undetermined, Vpc, VpcRoute } from "../network.ts";
import { plainAddress } from "../read/addresses.ts";
import { protocolOf } from "../read/vpcs.ts";
import type { Properties } from "./entries.ts";
import { listOf, propertiesOf, textOf, textsOf } from "./entries.ts";
import type { Surroundings } from "./machines.ts";
import { portsOf } from "./machines.ts";
import type { Objects } from "./objects.ts";

const anywhere: Readonly<Record<Family, string>> = { 4: "0.0.0.0/0", 6: "::/0" };

export function vpcsOf(objects: Objects, keyOf: (object: Properties) => string): readonly Vpc[] {
  const vpcs = objects.of("vpc");
  return [...vpcs].map(([id, object]): Vpc => {
    const origin = { resource: `vpc::${textOf(object.name) ?? id}`, stack: "" };
    const connected = [...objects.of("connector").values()].flatMap(
      ({ vpc_id: one, target_vpc_id: other }) => (one === id ? [other] : other === id ? [one] : []),
    );
    return {
      key: keyOf(object),
      origin,
      acls: { 4: aclOf(objects, id, 4, origin.resource), 6: aclOf(objects, id, 6, origin.resource) },
      routes: routesOf(objects, id),
      connectedTo: connected.flatMap((each) => {
        const vpc = vpcs.get(String(each));
        return vpc === undefined ? [] : [keyOf(vpc)];
      }),
    };
  });
}

/** A family whose list nobody set accepts everything. */
function aclOf(objects: Objects, vpc: string, family: Family, resource: string): Acl {
  const list = objects.acls.get(`${vpc} ${family}`);
  if (list === undefined) return { origin: undefined, defaultPolicy: "accept", rules: [] };
  return {
    origin: { resource: `acl of ${resource}, IPv${family}`, stack: "" },
    defaultPolicy: list.default_policy === "drop" ? "drop" : "accept",
    rules: listOf(list.rules).map(
      (rule): AclRule => ({
        action: rule.action === "drop" ? "drop" : "accept",
        protocol: protocolOf(rule.protocol),
        source: textOf(rule.source) ?? anywhere[family],
        sourcePorts: portsOf(rule.src_port_low, rule.src_port_high),
        destination: textOf(rule.destination) ?? anywhere[family],
        destinationPorts: portsOf(rule.dst_port_low, rule.dst_port_high),
      }),
    ),
  };
}

function routesOf(objects: Objects, vpc: string): readonly VpcRoute[] {
  return [...objects.of("route")]
    .filter(([, { vpc_id: its }]) => its === vpc)
    .map(([id, { destination, nexthop_resource_id: next }]) => ({
      origin: { resource: `route::${id}`, stack: "" },
      destination: textOf(destination) ?? "0.0.0.0/0",
      nextHop: addressBehind(objects, textOf(next)),
    }));
}

/** What hangs on VPCs and is not understood, or leads to something that nothing tells of. */
export function untoldOf(around: Surroundings): readonly Undetermined[] {
  const { objects } = around;
  const vpcs = objects.of("vpc");
  const note = (resource: string, property: string, why: string, vpc: unknown): Undetermined[] => {
    const object = vpcs.get(String(vpc));
    return object === undefined
      ? []
      : [{ origin: { resource, stack: "" }, property, why, scope: around.keyOf(object) }];
  };
  return [
    ...[...objects.of("ingressRule")].flatMap(([id, { vpc_id: vpc }]) =>
      note(`ingress-rule::${id}`, "nexthop", "an ingress rule is not understood", vpc),
    ),
    ...[...objects.of("connector")].flatMap(([id, { vpc_id: one, target_vpc_id: other }]) =>
      vpcs.has(String(one)) && vpcs.has(String(other))
        ? []
        : [one, other].flatMap((vpc) =>
            note(`connector::${id}`, "vpc", "it joins a VPC that nothing tells of", vpc),
          ),
    ),
    ...[...objects.of("route")].flatMap(([id, { vpc_id: vpc, ...route }]) =>
      textOf(route.nexthop_vpc_connector_id) !== undefined ||
      addressBehind(objects, textOf(route.nexthop_resource_id)) !== undefined
        ? []
        : note(`route::${id}`, "nexthop", "it leads to something without a known address", vpc),
    ),
  ];
}

function addressBehind(objects: Objects, id: string | undefined): string | undefined {
  if (id === undefined) return undefined;
  const booking =
    objects.of("booking").get(id) ??
    [...objects.of("booking").values()].find((each) => propertiesOf(each.resource).id === id) ??
    objects.of("booking").get(String(objects.of("gatewayNetwork").get(id)?.ipam_ip_id)) ??
    objects.of("booking").get(textsOf(objects.of("nic").get(id)?.ipam_ip_ids)[0] ?? "");
  const address = textOf(booking?.address);
  return address === undefined ? undefined : plainAddress(address);
}

export function privateNetworksOf(
  objects: Objects,
  keyOf: (object: Properties) => string,
): readonly PrivateNetwork[] {
  return [...objects.of("privateNetwork")].map(([id, object]): PrivateNetwork => {
    const vpc = objects.of("vpc").get(String(object.vpc_id));
    const key = keyOf(object);
    return {
      key,
      name: key,
      origin: { resource: `private-network::${textOf(object.name) ?? id}`, stack: "" },
      vpc: vpc === undefined ? "" : keyOf(vpc),
      prefixes: listOf(object.subnets).flatMap(({ subnet }) => textOf(subnet) ?? []),
    };
  });
}
