/** VPCs with the ACLs, routes and connectors that hang from them. */
import type { Acl, AclRule, Family, Vpc, VpcRoute } from "../network.ts";
import type { Attachments } from "./attachments.ts";
import { originOf, type Reading } from "./reading.ts";
import { factOf, fieldsOf, flagOf, knownText, listOf, type Resource, textOf } from "./resource.ts";

const anywhere: Readonly<Record<Family, string>> = { 4: "0.0.0.0/0", 6: "::/0" };
const everyPort: readonly [number, number] = [0, 65535];
/** What a VPC does without an ACL of a family. */
const open: Acl = { origin: undefined, defaultPolicy: "accept", rules: [] };

export function readVpcs(reading: Reading, attachments: Attachments): Vpc[] {
  const acls = aclsByVpc(reading);
  const routes = routesByVpc(reading, attachments);
  const connected = connections(reading);
  return reading.of("vpc").map((resource) => {
    const key = reading.keyOf(resource);
    const own = acls.get(key);
    return {
      key,
      origin: originOf(resource),
      acls: { 4: own?.[4] ?? open, 6: own?.[6] ?? open },
      routes: routes.get(key) ?? [],
      connectedTo: [...(connected.get(key) ?? [])].sort(),
    };
  });
}

function vpcKeyOf(reading: Reading, resource: Resource, property = "vpcId"): string | undefined {
  const vpc = reading.refer(
    resource,
    property,
    resource.inputs[property] ?? resource.outputs[property],
    "vpc",
  );
  return vpc === undefined ? undefined : reading.keyOf(vpc);
}

function aclsByVpc(reading: Reading): ReadonlyMap<string, Partial<Record<Family, Acl>>> {
  const found = new Map<string, Partial<Record<Family, Acl>>>();
  for (const resource of reading.of("acl")) {
    const key = vpcKeyOf(reading, resource);
    if (key === undefined) continue;
    const six = flagOf(resource, "isIpv6");
    if (six.kind === "unknown" || six.kind === "secret") {
      reading.note(resource, "inputs.isIpv6", six.kind, key);
      continue;
    }
    const family: Family = six.kind === "known" && six.value ? 6 : 4;
    const own = found.get(key) ?? {};
    // A VPC has one list a family: two resources of one overwrite each other at each update.
    if (own[family] !== undefined) reading.note(resource, "inputs.vpcId", `a second IPv${family} ACL`, key);
    found.set(key, { ...own, [family]: aclOf(reading, resource, family, key) });
  }
  return found;
}

function aclOf(reading: Reading, resource: Resource, family: Family, key: string): Acl {
  const policy = reading.known(textOf(resource, "defaultPolicy"), resource, "inputs.defaultPolicy", key);
  const rules = reading.known(listOf(resource, "rules"), resource, "inputs.rules", key) ?? [];
  return {
    origin: originOf(resource),
    defaultPolicy: policy === "drop" ? "drop" : "accept",
    rules: rules.map((rule, index) => aclRuleOf(reading, resource, fieldsOf(rule), { family, key, index })),
  };
}

/** Fields that are left out have the provider's defaults: any protocol, any address, every port, accept (network/acl.ts, 1.54). */
function aclRuleOf(
  reading: Reading,
  resource: Resource,
  rule: Readonly<Record<string, unknown>>,
  place: { readonly family: Family; readonly key: string; readonly index: number },
): AclRule {
  for (const [field, value] of Object.entries(rule)) {
    const { kind } = factOf(value);
    if (kind === "unknown" || kind === "secret")
      reading.note(resource, `inputs.rules[${place.index}].${field}`, kind, place.key);
  }
  const ports = (low: unknown, high: unknown): readonly [number, number] => {
    const [first, last] = [Number(low ?? 0), Number(high ?? 0)];
    return first === 0 && last === 0 ? everyPort : [first, last];
  };
  return {
    action: knownText(rule.action) === "drop" ? "drop" : "accept",
    protocol: protocolOf(rule.protocol),
    source: knownText(rule.source) ?? anywhere[place.family],
    sourcePorts: ports(rule.srcPortLow, rule.srcPortHigh),
    destination: knownText(rule.destination) ?? anywhere[place.family],
    destinationPorts: ports(rule.dstPortLow, rule.dstPortHigh),
  };
}

/** The API writes protocols in capitals. */
export function protocolOf(value: unknown): "any" | "tcp" | "udp" | "icmp" {
  const text = knownText(value)?.toLowerCase();
  return text === "tcp" || text === "udp" || text === "icmp" ? text : "any";
}

function routesByVpc(reading: Reading, attachments: Attachments): ReadonlyMap<string, VpcRoute[]> {
  const found = new Map<string, VpcRoute[]>();
  for (const resource of reading.of("route")) {
    const key = vpcKeyOf(reading, resource);
    if (key === undefined) continue;
    const destination = reading.known(textOf(resource, "destination"), resource, "inputs.destination", key);
    if (destination === undefined) continue;
    const route = {
      origin: originOf(resource),
      destination,
      nextHop: nextHopOf(reading, resource, attachments, key),
    };
    found.set(key, [...(found.get(key) ?? []), route]);
  }
  return found;
}

/** Address that a custom route hands packets to; none where it leads into a connector. */
function nextHopOf(
  reading: Reading,
  resource: Resource,
  attachments: Attachments,
  key: string,
): string | undefined {
  if (textOf(resource, "nexthopVpcConnectorId").kind !== "missing") return undefined;
  const next = resource.inputs.nexthopResourceId;
  const target = reading.refer(
    resource,
    "nexthopResourceId",
    next,
    ["privateNic", "reservation", "gatewayNetwork"],
    key,
  );
  const address = target === undefined ? undefined : attachments.addressBehind(target);
  if (target !== undefined && address === undefined)
    reading.note(resource, "inputs.nexthopResourceId", "leads to something without a known address", key);
  return address;
}

/** A connector joins both ways. */
function connections(reading: Reading): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const join = (one: string, other: string): void => {
    found.set(one, (found.get(one) ?? new Set<string>()).add(other));
  };
  for (const resource of reading.of("connector")) {
    const one = vpcKeyOf(reading, resource);
    const other = vpcKeyOf(reading, resource, "targetVpcId");
    if (one === undefined || other === undefined) continue;
    join(one, other);
    join(other, one);
  }
  return found;
}
