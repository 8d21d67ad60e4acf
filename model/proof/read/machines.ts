/** Bare metal and Instances: legs, public interface, and what their kernels are made of. */
import type { Node, PublicInterface } from "../network.ts";
import { familyOf } from "./addresses.ts";
import type { Attachment, Attachments } from "./attachments.ts";
import { type Host, Hosts } from "./hosts.ts";
import { kindOf } from "./kinds.ts";
import { type Joined, joinLegs, legsOf, routesOf } from "./legs.ts";
import type { Places } from "./private-networks.ts";
import { originOf, type Reading } from "./reading.ts";
import { fieldsOf, knownText, type Resource, tagsOf } from "./resource.ts";
import { securityGroupOf } from "./security-groups.ts";
import { standInAddress, standInAddress6 } from "./stand-ins.ts";

/** The names that Scaleway's images give the public card; rules mean it by pattern. */
export const publicCard = { "bare-metal": "eno1", instance: "ens2" } as const;

interface Machine {
  readonly resource: Resource;
  readonly kind: "bare-metal" | "instance";
  readonly host: Host;
  readonly attachments: readonly Attachment[];
}

export function readMachines(reading: Reading, places: Places, attachments: Attachments): Node[] {
  const hosts = new Hosts(reading);
  const machines: Machine[] = [
    ...reading.of("bareMetal").map(
      (resource): Machine => ({
        resource,
        kind: "bare-metal",
        host: hosts.of(resource),
        attachments: attachments.ofBareMetal(resource),
      }),
    ),
    ...reading.of("instance").map(
      (resource): Machine => ({
        resource,
        kind: "instance",
        host: hosts.of(resource),
        attachments: attachments.ofInstance(resource),
      }),
    ),
  ];
  const names = namesOfNetworks(machines, places);
  return machines.map((machine) =>
    nodeOf(reading, machine, joinLegs(machine.host, machine.attachments, places, names)),
  );
}

/** What an interface's name is on the hosts where that is certain; a name that is two networks tells nothing. */
export function namesOfNetworks(
  machines: readonly Pick<Machine, "host" | "attachments">[],
  places: Places,
): ReadonlyMap<string, string> {
  const found = new Map<string, Set<string>>();
  for (const { host, attachments } of machines) {
    for (const { attachment, interface: its } of joinLegs(host, attachments, places, new Map())) {
      if (its !== undefined)
        found.set(its.name, (found.get(its.name) ?? new Set<string>()).add(attachment.network));
    }
  }
  return new Map(
    [...found].flatMap(([name, networks]): [string, string][] =>
      networks.size === 1 ? [[name, [...networks][0] as string]] : [],
    ),
  );
}

function nodeOf(reading: Reading, machine: Machine, joined: readonly Joined[]): Node {
  const { resource, kind, host } = machine;
  const key = reading.keyOf(resource);
  for (const why of unjoined(host, joined)) reading.note(resource, "privateNetworks", why, key);
  return machineNode({
    key,
    name: resource.name,
    kind,
    origin: originOf(resource),
    zone: zoneOf(resource),
    tags: tagsOf(resource),
    host,
    joined,
    publicInterface: publicInterfaceOf(reading, resource, kind, key),
  });
}

/** What is told of a machine: by Scaleway, and by the command that configures it. */
export interface MachineParts {
  readonly key: string;
  readonly name: string;
  readonly kind: Machine["kind"];
  readonly origin: Node["origin"];
  readonly zone: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly host: Host;
  readonly joined: readonly Joined[];
  readonly publicInterface: PublicInterface | undefined;
}

export function machineNode({ tags, host, joined, ...parts }: MachineParts): Node {
  return {
    ...parts,
    role: tags.get("role") ?? "",
    application: tags.get("application"),
    workload: tags.get("workload"),
    legs: legsOf(host, joined, parts.kind),
    rulesets: host.rulesets,
    forwards: host.kernel.forwards,
    speaks: host.kernel.speaks,
    routes: routesOf(host, parts.publicInterface?.interface),
    carriedBy: [],
    translations: [],
  };
}

/** An interface with addresses on no attachment, or a leg whose interface cannot be told, leaves the machine's verdicts open. */
export function unjoined({ networkd }: Host, joined: readonly Joined[]): readonly string[] {
  if (networkd === undefined) return [];
  const used = new Set(joined.map((each) => each.interface));
  const idle = networkd.interfaces.filter(
    (each) => (each.kind === "vlan" || each.kind === "card") && !used.has(each),
  );
  const unset = joined.filter((each) => each.interface === undefined);
  return [
    ...idle.map(({ name }) => `the interface ${name} is on no private network that can be told`),
    ...unset.map(({ attachment }) => `no interface is set on ${attachment.network}`),
  ];
}

export function zoneOf(resource: Resource): string {
  const place =
    knownText(resource.inputs.zone) ?? knownText(resource.outputs.zone) ?? tagsOf(resource).get("zone");
  return place ?? (resource.id?.includes("/") ? resource.id.slice(0, resource.id.indexOf("/")) : "");
}

function publicInterfaceOf(
  reading: Reading,
  resource: Resource,
  kind: Machine["kind"],
  key: string,
): PublicInterface | undefined {
  const addresses =
    kind === "bare-metal" ? bareMetalAddresses(reading, resource) : instanceAddresses(reading, resource, key);
  if (addresses.length === 0) return undefined;
  return {
    interface: publicCard[kind],
    addresses,
    securityGroup: kind === "bare-metal" ? undefined : securityGroupOf(reading, resource, key),
  };
}

/** Bare metal always has an IPv4 and an IPv6 of the internet. */
function bareMetalAddresses(reading: Reading, resource: Resource): string[] {
  const answered = (["ips", "ipv4s", "ipv6s"] as const).flatMap((name) => {
    const list = resource.outputs[name];
    return Array.isArray(list) ? list.flatMap((entry) => knownText(fieldsOf(entry).address) ?? []) : [];
  });
  const flexible = reading
    .of("flexibleIp")
    .filter(
      (ip) =>
        ip.inputs.serverId !== undefined &&
        reading.refer(ip, "serverId", ip.inputs.serverId, "bareMetal") === resource,
    )
    .map((ip) => knownText(ip.outputs.ipAddress) ?? standInAddress("flexibleIp", ip));
  const own = new Set(answered.filter((address) => familyOf(address) !== undefined));
  const has = (family: 4 | 6): boolean => [...own].some((address) => familyOf(address) === family);
  if (!has(4)) own.add(standInAddress("bareMetal", resource));
  if (!has(6)) own.add(standInAddress6(resource));
  return [...own, ...flexible];
}

/** An Instance has those that it is given, and a dynamic one if it asks for it. */
function instanceAddresses(reading: Reading, resource: Resource, key: string): string[] {
  const { ipIds, ipId, enableDynamicIp } = resource.inputs;
  const ids = [
    ...(Array.isArray(ipIds) ? (ipIds as readonly unknown[]) : ipIds === undefined ? [] : [ipIds]),
  ];
  if (ipId !== undefined) ids.push(ipId);
  const booked = ids.flatMap((id) => {
    const ip = reading.refer(resource, ipId === id ? "ipId" : "ipIds", id, "instanceIp", key);
    return ip === undefined ? [standInAddress("instance", resource)] : [publicAddressOf(ip)];
  });
  const list = resource.outputs.publicIps;
  const answered = Array.isArray(list)
    ? list.flatMap((entry) => knownText(fieldsOf(entry).address) ?? [])
    : [];
  const dynamic =
    enableDynamicIp === true && answered.length === 0 ? [standInAddress("instance", resource)] : [];
  return [...new Set([...booked, ...answered, ...dynamic])];
}

/** Address of a public IP resource; its stand-in while it is not known. */
export function publicAddressOf(ip: Resource): string {
  const { address, ipAddress } = ip.outputs;
  return (
    knownText(ip.inputs.address) ??
    knownText(address) ??
    knownText(ipAddress) ??
    standInAddress(kindOf(ip.type), ip)
  );
}
