/** Load balancers, public gateways and managed services: Scaleway's own machines, with a leg and what they do with a connection. */
import type { Node, Translation } from "../network.ts";
import type { Attachment, Attachments } from "./attachments.ts";
import { publicAddressOf, zoneOf } from "./machines.ts";
import { productLeg, productNode } from "./product-node.ts";
import { originOf, type Reading } from "./reading.ts";
import { factOf, fieldsOf, flagOf, knownText, listOf, type Resource, tagsOf } from "./resource.ts";

const everyPort: readonly [number, number] = [0, 65535];

export function product(
  reading: Reading,
  resource: Resource,
  kind: "load-balancer" | "gateway" | "managed",
  parts: {
    readonly attachments: readonly Attachment[];
    readonly publicAddresses: readonly string[];
    readonly translations: readonly Translation[];
  },
): Node {
  const { attachments, publicAddresses, translations } = parts;
  return productNode({
    key: reading.keyOf(resource),
    name: resource.name,
    kind,
    origin: originOf(resource),
    zone: zoneOf(resource),
    tags: tagsOf(resource),
    legs: attachments.map(productLeg),
    publicAddresses,
    translations,
  });
}

/** Public addresses behind ids of a resource; an id that leads nowhere still is an address. */
export function addressesBehind(
  reading: Reading,
  owner: Resource,
  property: string,
  kind: "loadBalancerIp" | "gatewayIp",
): string[] {
  const value = owner.inputs[property];
  const ids = Array.isArray(value) ? (value as readonly unknown[]) : value === undefined ? [] : [value];
  return ids.flatMap((id) => {
    const ip = reading.refer(owner, property, id, kind, reading.keyOf(owner));
    return ip === undefined ? [] : [publicAddressOf(ip)];
  });
}

export function readGateways(reading: Reading, attachments: Attachments): Node[] {
  return reading.of("gateway").map((resource) => {
    const key = reading.keyOf(resource);
    const networks = reading
      .of("gatewayNetwork")
      .filter((each) => reading.refer(each, "gatewayId", each.inputs.gatewayId, "gateway", key) === resource);
    const legs = networks.flatMap((each) => {
      const config = Array.isArray(each.inputs.ipamConfigs) ? each.inputs.ipamConfigs[0] : undefined;
      const ids = fieldsOf(config).ipamIpId;
      const found = attachments.ofProduct(each, "privateNetworkId", each.inputs.privateNetworkId, ids, key);
      return found.map((attachment) => ({ attachment, network: each }));
    });
    const bastion = flagOf(resource, "bastionEnabled");
    if (bastion.kind === "unknown" || (bastion.kind === "known" && bastion.value))
      reading.note(
        resource,
        "inputs.bastionEnabled",
        "its own bastion opens tcp/22 of every host of its networks to every key of the project",
        key,
      );
    return product(reading, resource, "gateway", {
      attachments: legs.map(({ attachment }) => attachment),
      publicAddresses: addressesBehind(reading, resource, "ipId", "gatewayIp"),
      translations: [
        ...legs.flatMap(({ attachment, network }) => masquerade(reading, network, attachment.network, key)),
        ...portForwards(reading, resource, key),
      ],
    });
  });
}

/** Left out, a gateway masquerades (network/gatewayNetwork.ts, 1.54). */
function masquerade(reading: Reading, resource: Resource, network: string, key: string): Translation[] {
  const enabled = flagOf(resource, "enableMasquerade");
  if (enabled.kind === "unknown") reading.note(resource, "inputs.enableMasquerade", "unknown", key);
  if (enabled.kind === "known" && !enabled.value) return [];
  const listen = { from: network, ports: everyPort };
  return [{ origin: originOf(resource), kind: "masquerade", protocol: "any", listen, targets: [] }];
}

function portForwards(reading: Reading, gateway: Resource, key: string): Translation[] {
  return reading
    .of("portForward")
    .filter((each) => reading.refer(each, "gatewayId", each.inputs.gatewayId, "gateway", key) === gateway)
    .flatMap((resource): Translation[] => {
      const address = knownText(resource.inputs.privateIp) ?? knownText(resource.outputs.privateIp);
      const [from, to] = [resource.inputs.publicPort, resource.inputs.privatePort].map(Number) as [
        number,
        number,
      ];
      if (address === undefined || Number.isNaN(from) || Number.isNaN(to)) {
        reading.note(resource, "inputs", factOf(resource.inputs.privateIp).kind, key);
        return [];
      }
      const protocol = knownText(resource.inputs.protocol)?.toLowerCase() ?? "both";
      return (["tcp", "udp"] as const)
        .filter((each) => protocol === "both" || protocol === each)
        .map((each) => ({
          origin: originOf(resource),
          kind: "port-forward",
          protocol: each,
          listen: { from: "internet", ports: [from, from] },
          targets: [{ address, ports: [to, to] }],
        }));
    });
}

/** Managed databases and caches: members of their private network, and of the internet where they have a public endpoint. */
export function readManaged(reading: Reading, attachments: Attachments): Node[] {
  const databases = reading.of("database").map((resource) => {
    const own = fieldsOf(resource.inputs.privateNetwork);
    const endpoint = fieldsOf(resource.outputs.loadBalancer);
    const hasPublic = resource.inputs.loadBalancer !== undefined;
    const address = knownText(endpoint.ip);
    return product(reading, resource, "managed", {
      attachments:
        own.pnId === undefined
          ? []
          : serviceLeg(
              reading,
              attachments,
              resource,
              own,
              own.pnId,
              own.ipNet ?? fieldsOf(resource.outputs.privateNetwork).ip,
            ),
      publicAddresses: hasPublic ? [address ?? publicAddressOf(resource)] : [],
      translations: [],
    });
  });
  const caches = reading.of("cache").map((resource) => {
    const list = listOf(resource, "privateNetworks");
    const networks = list.kind === "known" ? list.value.map(fieldsOf) : [];
    return product(reading, resource, "managed", {
      attachments: networks.flatMap((entry) =>
        serviceLeg(reading, attachments, resource, entry, entry.id, entry.serviceIps),
      ),
      publicAddresses: networks.length === 0 ? [publicAddressOf(resource)] : [],
      translations: [],
    });
  });
  return [...databases, ...caches];
}

/** A service's addresses are given with their length, or chosen by Scaleway. */
function serviceLeg(
  reading: Reading,
  attachments: Attachments,
  resource: Resource,
  entry: Readonly<Record<string, unknown>>,
  network: unknown,
  addresses: unknown,
): Attachment[] {
  const property = entry.pnId === undefined ? "privateNetworks" : "privateNetwork";
  const given = (Array.isArray(addresses) ? addresses : [addresses]).flatMap((each) => knownText(each) ?? []);
  if (given.length === 0)
    return attachments.ofProduct(resource, property, network, undefined, reading.keyOf(resource));
  const found = reading.refer(resource, property, network, "privateNetwork", reading.keyOf(resource));
  return found === undefined
    ? []
    : [{ network: reading.keyOf(found), addresses: given, vlan: undefined, mac: undefined }];
}
