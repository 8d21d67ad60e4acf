import type { HostFilesystem } from "../filesystem/host-filesystem.ts";
import { booleanOf, lastValue, readUnitFile, type UnitFile, valuesOf } from "../services/unit-file.ts";
import type { Link } from "./network-state.ts";

/** Folders that systemd-networkd reads, the first winning for files of one name. */
const folders = ["/etc/systemd/network", "/run/systemd/network", "/usr/lib/systemd/network"];

/** What a .network file asks for on the link it matches. */
export interface NetworkConfig {
  path: string;
  addresses: string[];
  routes: { destination: string; gateway?: string; metric: number }[];
  vlans: string[];
  dhcp: "yes" | "no" | "ipv4" | "ipv6";
  useRoutes: boolean;
  useGateway: boolean;
  dhcpMetric: number;
  mtu: number | undefined;
  forwarding: boolean | undefined;
}

/** A virtual link that a .netdev file describes. */
export interface NetdevConfig {
  path: string;
  name: string;
  kind: string;
  vlan: number | undefined;
}

/** All configuration files, and what in them is not understood (networkd logs such lines and goes on). */
export interface NetworkdConfig {
  networks: UnitFile[];
  netdevs: NetdevConfig[];
  links: UnitFile[];
  warnings: string[];
}

const understood: Readonly<Record<string, readonly string[]>> = {
  Match: ["Name", "MACAddress", "PermanentMACAddress", "OriginalName", "Type", "Kind"],
  Network: [
    "Description",
    "Address",
    "Gateway",
    "DHCP",
    "VLAN",
    "LinkLocalAddressing",
    "IPv6AcceptRA",
    "IPv4Forwarding",
    "IPForward",
    "DNS",
    "Domains",
    "ConfigureWithoutCarrier",
    "KeepConfiguration",
    "LLMNR",
    "MulticastDNS",
    "LLDP",
    "EmitLLDP",
    "IPv6LinkLocalAddressGenerationMode",
  ],
  Address: ["Address"],
  Route: ["Destination", "Gateway", "Metric", "GatewayOnLink", "PreferredSource", "Scope"],
  DHCPv4: [
    "UseRoutes",
    "UseGateway",
    "UseDNS",
    "UseNTP",
    "UseHostname",
    "UseDomains",
    "UseMTU",
    "RouteMetric",
    "ClientIdentifier",
  ],
  DHCPv6: ["UseDNS", "UseNTP", "UseAddress"],
  IPv6AcceptRA: ["UseGateway", "UseRoutePrefix", "UseDNS", "UseAutonomousPrefix", "UseOnLinkPrefix"],
  Link: [
    "Name",
    "NamePolicy",
    "MTUBytes",
    "RequiredForOnline",
    "Unmanaged",
    "ARP",
    "MACAddressPolicy",
    "ActivationPolicy",
  ],
  NetDev: ["Name", "Kind", "Description", "MTUBytes", "MACAddress"],
  VLAN: ["Id"],
};

function unknownLines(file: UnitFile): string[] {
  return file.sections.flatMap(({ name, entries }) => {
    const keys = understood[name];
    if (!keys) return [`${file.path}: Unknown section '${name}'. Ignoring.`];
    return entries
      .filter(([key]) => !keys.includes(key))
      .map(([key]) => `${file.path}: Unknown key name '${key}' in section '${name}', ignoring.`);
  });
}

/** Reads every file of systemd-networkd and udev's .link files, in the order they are tried. */
export async function readNetworkd(filesystem: HostFilesystem): Promise<NetworkdConfig> {
  const paths = new Map<string, string>();
  for (const folder of folders) {
    for (const name of await filesystem.namesIn(folder)) {
      if (!paths.has(name)) paths.set(name, `${folder}/${name}`);
    }
  }
  const config: NetworkdConfig = { networks: [], netdevs: [], links: [], warnings: [] };
  for (const [name, path] of [...paths].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!/\.(network|netdev|link)$/.test(name)) continue;
    const file = await readUnitFile(filesystem, path);
    if (!file) continue;
    config.warnings.push(...unknownLines(file));
    if (name.endsWith(".network")) config.networks.push(file);
    else if (name.endsWith(".link")) config.links.push(file);
    else {
      const id = lastValue(file, "VLAN", "Id");
      const netdev = lastValue(file, "NetDev", "Name");
      const kind = lastValue(file, "NetDev", "Kind");
      if (netdev === undefined || netdev.length > 15 || kind === undefined) {
        config.warnings.push(`${path}: a netdev needs Name= (at most 15 characters) and Kind=. Ignoring.`);
      } else
        config.netdevs.push({ path, name: netdev, kind, vlan: id === undefined ? undefined : Number(id) });
    }
  }
  return config;
}

function globMatches(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "i").test(text);
}

function listMatches(value: string, text: string): boolean {
  const inverted = value.startsWith("!");
  const patterns = (inverted ? value.slice(1) : value).split(/\s+/);
  return patterns.some((pattern) => globMatches(pattern, text)) !== inverted;
}

/** Whether a file's [Match] section fits a link; a file without one, or with a key not likened, fits nothing. */
export function matchesLink(file: UnitFile, link: Link, originalName: string): boolean {
  const criteria = file.sections.filter(({ name }) => name === "Match").flatMap(({ entries }) => entries);
  if (criteria.length === 0) return false;
  return criteria.every(([key, value]) => {
    switch (key) {
      case "Name":
        return listMatches(value, link.name);
      case "OriginalName":
        return listMatches(value, originalName);
      case "MACAddress":
        return listMatches(value, link.mac);
      case "PermanentMACAddress":
        return link.kind === "physical" && listMatches(value, link.mac);
      case "Type":
        return listMatches(value, link.kind === "loopback" ? "loopback" : "ether");
      case "Kind":
        // A physical link has no kind, which no pattern matches: `Kind=!*` means just these.
        return link.kind === "physical" || link.kind === "loopback"
          ? value.startsWith("!")
          : listMatches(value, link.kind);
      default:
        return false;
    }
  });
}

function routesOf(file: UnitFile): NetworkConfig["routes"] {
  const routes: NetworkConfig["routes"] = valuesOf(file, "Network", "Gateway").map((gateway) => ({
    destination: gateway.includes(":") ? "::/0" : "0.0.0.0/0",
    gateway,
    metric: 0,
  }));
  for (const section of file.sections) {
    if (section.name !== "Route") continue;
    const entries = new Map(section.entries);
    const gateway = entries.get("Gateway");
    const destination = entries.get("Destination") ?? (gateway?.includes(":") ? "::/0" : "0.0.0.0/0");
    const metric = Number(entries.get("Metric") ?? 0);
    routes.push(gateway === undefined ? { destination, metric } : { destination, gateway, metric });
  }
  return routes;
}

/** What a .network file asks for; `undefined` when it says Unmanaged=yes. */
export function networkConfig(file: UnitFile): NetworkConfig | undefined {
  if (booleanOf(lastValue(file, "Link", "Unmanaged"))) return undefined;
  const dhcp = lastValue(file, "Network", "DHCP")?.toLowerCase() ?? "no";
  const asBoolean = booleanOf(dhcp);
  const useRoutes = booleanOf(lastValue(file, "DHCPv4", "UseRoutes")) ?? true;
  const mtu = lastValue(file, "Link", "MTUBytes");
  return {
    path: file.path,
    addresses: [...valuesOf(file, "Network", "Address"), ...valuesOf(file, "Address", "Address")],
    routes: routesOf(file),
    vlans: valuesOf(file, "Network", "VLAN").flatMap((value) => value.split(/\s+/)),
    dhcp: dhcp === "ipv4" || dhcp === "ipv6" ? dhcp : asBoolean ? "yes" : "no",
    useRoutes,
    // systemd.network(5): UseGateway= is UseRoutes= unless it is set.
    useGateway: booleanOf(lastValue(file, "DHCPv4", "UseGateway")) ?? useRoutes,
    dhcpMetric: Number(lastValue(file, "DHCPv4", "RouteMetric") ?? 1024),
    mtu: mtu === undefined ? undefined : Number(mtu),
    forwarding: booleanOf(
      lastValue(file, "Network", "IPv4Forwarding") ?? lastValue(file, "Network", "IPForward"),
    ),
  };
}
