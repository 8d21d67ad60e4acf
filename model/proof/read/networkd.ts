/** systemd-networkd's files (systemd.network(5), systemd.netdev(5), systemd.link(5)): interfaces with addresses, routes, tunnels. */
import { prefixOf } from "./addresses.ts";

export interface Interface {
  readonly name: string;
  readonly kind: "vlan" | "card" | "bridge" | "wireguard";
  /** Number of a VLAN or MAC address of a card, as the file has it: it may be a mark that the command fills. */
  readonly link: string | undefined;
  /** With prefix length. */
  readonly addresses: readonly string[];
  /** Interface of the bridge that it is a port of. */
  readonly bridge: string | undefined;
  /** Prefixes of a tunnel's peers. */
  readonly peers: readonly string[];
}

export interface NetworkdRoute {
  readonly destination: string;
  readonly gateway: string | undefined;
  readonly interface: string;
  readonly metric: number;
  /** Routing table; undefined: the main one. */
  readonly table: string | undefined;
}

export interface Policy {
  readonly incoming: string;
  readonly table: string;
  /** The table's default route is passed over (`SuppressPrefixLength=0`). */
  readonly withoutDefault: boolean;
  /** Lower ones are asked first. */
  readonly priority: number;
}

export interface Networkd {
  readonly interfaces: readonly Interface[];
  readonly routes: readonly NetworkdRoute[];
  /** Tables that are asked for packets of one interface alone, in the order asked, before the main one. */
  readonly policies: readonly Policy[];
  /** What the cards that no file names do, the public one among them. */
  readonly others: { readonly dhcp4: boolean; readonly dhcp6: boolean };
  readonly strange: readonly { readonly path: string; readonly why: string }[];
}

interface Section {
  readonly name: string;
  readonly entries: readonly (readonly [string, string])[];
}

const folder = "/etc/systemd/network/";
/** networkd's own metric of a route from DHCP; a static one has none. */
export const dhcpMetric = 1024;

/** Reads every file of the folder; the others are left alone. */
export function readNetworkd(files: ReadonlyMap<string, string>): Networkd {
  const units = new Map<string, Section[]>();
  for (const [path, text] of [...files].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (!path.startsWith(folder)) continue;
    // A drop-in belongs to its unit, and comes after it.
    const unit = path.endsWith(".conf") ? path.slice(0, path.lastIndexOf("/")).replace(/\.d$/, "") : path;
    units.set(unit, [...(units.get(unit) ?? []), ...sections(text)]);
  }
  return assembled(units);
}

function sections(text: string): Section[] {
  const found: { name: string; entries: (readonly [string, string])[] }[] = [];
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const title = /^\[(\w+)\]$/.exec(line)?.[1];
    if (title !== undefined) found.push({ name: title, entries: [] });
    else {
      const at = line.indexOf("=");
      found.at(-1)?.entries.push([line.slice(0, at).trim(), line.slice(at + 1).trim()]);
    }
  }
  return found;
}

const valuesOf = (unit: readonly Section[], section: string, key: string): string[] =>
  unit
    .filter(({ name }) => name === section)
    .flatMap(({ entries }) => entries.filter(([k]) => k === key).map(([, v]) => v));
const lastOf = (unit: readonly Section[], section: string, key: string): string | undefined =>
  valuesOf(unit, section, key).at(-1);

function assembled(units: ReadonlyMap<string, Section[]>): Networkd {
  const devices = new Map<string, Pick<Interface, "kind" | "link" | "peers">>();
  const interfaces: Interface[] = [];
  const routes: NetworkdRoute[] = [];
  const policies: Policy[] = [];
  const strange: { path: string; why: string }[] = [];
  let others = { dhcp4: false, dhcp6: false };
  for (const [path, unit] of units) {
    if (path.endsWith(".netdev")) readDevice(path, unit, devices, strange);
    else if (path.endsWith(".link")) {
      const name = lastOf(unit, "Link", "Name");
      const mac = lastOf(unit, "Match", "MACAddress");
      if (name !== undefined) devices.set(name, { kind: "card", link: mac?.toLowerCase(), peers: [] });
    } else if (!path.endsWith(".network")) strange.push({ path, why: "not a file that networkd reads" });
  }
  for (const [path, unit] of units) {
    if (!path.endsWith(".network")) continue;
    const name = lastOf(unit, "Match", "Name") ?? "";
    if (name === "" || /[\s*?![]/.test(name)) {
      others = dhcpOf(lastOf(unit, "Network", "DHCP"));
      if (
        unit.some((section) => section.name === "Route" || section.name === "Address") ||
        valuesOf(unit, "Network", "Address").length > 0
      )
        strange.push({ path, why: "addresses or routes of interfaces that it does not name" });
      continue;
    }
    interfaces.push({
      name,
      ...(devices.get(name) ?? { kind: "card", link: undefined, peers: [] }),
      addresses: [...valuesOf(unit, "Network", "Address"), ...valuesOf(unit, "Address", "Address")],
      bridge: lastOf(unit, "Network", "Bridge"),
    });
    for (const section of unit.filter((each) => each.name === "Route")) routes.push(routeOf([section], name));
    for (const gateway of valuesOf(unit, "Network", "Gateway"))
      routes.push({
        destination: gateway.includes(":") ? "::/0" : "0.0.0.0/0",
        gateway,
        interface: name,
        metric: 0,
        table: undefined,
      });
    for (const section of unit.filter((each) => each.name === "RoutingPolicyRule")) {
      const policy = policyOf(section);
      if (policy === undefined)
        strange.push({ path, why: "a routing policy by more than the incoming interface" });
      else policies.push(policy);
    }
    const dhcp = lastOf(unit, "Network", "DHCP");
    if (dhcp !== undefined && dhcp !== "no")
      strange.push({ path, why: `DHCP=${dhcp} on ${name}: its routes are not known` });
    if (/^(yes|true|1|on)$/.test(lastOf(unit, "Network", "IPv6AcceptRA") ?? ""))
      strange.push({ path, why: `IPv6AcceptRA on ${name}: its routes are not known` });
  }
  policies.sort((one, other) => one.priority - other.priority);
  return { interfaces, routes, policies, others, strange };
}

function policyOf(section: Section): Policy | undefined {
  const value = (key: string): string | undefined => lastOf([section], "RoutingPolicyRule", key);
  const known = ["IncomingInterface", "Table", "Priority", "SuppressPrefixLength"];
  const incoming = value("IncomingInterface");
  const table = value("Table");
  const priority = Number(value("Priority") ?? Number.NaN);
  const suppressed = value("SuppressPrefixLength");
  if (incoming === undefined || table === undefined || Number.isNaN(priority)) return undefined;
  if (section.entries.some(([key]) => !known.includes(key))) return undefined;
  if (suppressed !== undefined && suppressed !== "0") return undefined;
  return { incoming, table, withoutDefault: suppressed === "0", priority };
}

function readDevice(
  path: string,
  unit: readonly Section[],
  devices: Map<string, Pick<Interface, "kind" | "link" | "peers">>,
  strange: { path: string; why: string }[],
): void {
  const name = lastOf(unit, "NetDev", "Name");
  const kind = lastOf(unit, "NetDev", "Kind");
  if (name === undefined || (kind !== "vlan" && kind !== "bridge" && kind !== "wireguard")) {
    strange.push({ path, why: `a device of the kind ${kind ?? "unsaid"}` });
    return;
  }
  const peers = valuesOf(unit, "WireGuardPeer", "AllowedIPs").flatMap((list) =>
    list.split(",").map((each) => each.trim()),
  );
  devices.set(name, { kind, link: lastOf(unit, "VLAN", "Id"), peers });
}

function routeOf(section: readonly Section[], name: string): NetworkdRoute {
  const metric = lastOf(section, "Route", "Metric");
  const destination = lastOf(section, "Route", "Destination") ?? "0.0.0.0/0";
  return {
    destination: destination.includes("/") ? (prefixOf(destination) ?? destination) : destination,
    gateway: lastOf(section, "Route", "Gateway"),
    interface: name,
    metric: metric === undefined ? 0 : Number(metric),
    table: lastOf(section, "Route", "Table"),
  };
}

function dhcpOf(value: string | undefined): { dhcp4: boolean; dhcp6: boolean } {
  const all = value === "yes" || value === "true";
  return { dhcp4: all || value === "ipv4", dhcp6: all || value === "ipv6" };
}
