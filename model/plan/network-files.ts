/** systemd-networkd files: interfaces named after private networks, static addresses, the plan's routes and nothing from DHCP or RA. */
import { clientsInterface, sitesInterface, tunnelPorts } from "./firewall-rules.ts";
import { addressAt, parsePrefix } from "./ipv4.ts";
import type { Layout } from "./layout.ts";
import { legAddress } from "./layout.ts";
import type { HostFile, HostStage } from "./plan.ts";
import type { Route } from "./routes.ts";
import { bootstrapRoutesOf, routesOf } from "./routes.ts";
import type { ServerSpec } from "./servers.ts";

const folder = "/etc/systemd/network";
/** What day 0 lays down on an Instance, before the plan's own files take over. */
export const dayZeroNetwork = `${folder}/91-day-zero.network`;
export const publicNetwork = `${folder}/90-public.network`;

const file = (path: string, content: string): HostFile => ({ path, mode: "0644", kept: "planned", content });

/** Every file under /etc/systemd/network of one host. */
export function networkFiles(layout: Layout, server: ServerSpec, stage: HostStage): HostFile[] {
  const routes = stage === "sealed" ? routesOf(layout, server) : bootstrapRoutesOf(layout, server);
  const addressed = server.networks.flatMap((network) => legFiles(layout, server, network, routes));
  const carried = server.bridged.flatMap((network) => bridgeFiles(layout.interfaceOf(network)));
  const names = [...server.networks, ...server.bridged].map((network) => layout.interfaceOf(network)).sort();
  const outside = server.kind === "bare-metal" ? publicOfBareMetal(names, stage) : publicOfInstance(server);
  return [
    ...addressed,
    ...carried,
    outside,
    ...tunnelFiles(layout, server),
    ...policyRouting(layout, server),
  ];
}

function legFiles(
  layout: Layout,
  server: ServerSpec,
  network: string,
  routes: ReadonlyMap<string, readonly Route[]>,
): HostFile[] {
  const name = layout.interfaceOf(network);
  const address = `${legAddress(layout, server, network)}/${parsePrefix(layout.cidrOf(network)).length}`;
  // Addresses that keepalived moved here are not networkd's to take away when it reloads.
  const keeps = server.pair === undefined ? "" : "KeepConfiguration=static\n";
  const text = `[Match]
Name=${name}
[Network]
Address=${address}
LinkLocalAddressing=no
IPv6AcceptRA=no
${keeps}${(routes.get(network) ?? []).map(routeText).join("")}`;
  const device = server.kind === "bare-metal" ? vlanDevice(name) : renamedDevice(name);
  return [device, file(`${folder}/20-${name}.network`, text)];
}

function routeText({ destination, gateway, metric }: Route): string {
  return `[Route]\nDestination=${destination}\nGateway=${gateway}\n${metric === undefined ? "" : `Metric=${metric}\n`}`;
}

/** The number of a private network's VLAN is known after attachment only, and differs from server to server. */
function vlanDevice(name: string): HostFile {
  return file(
    `${folder}/10-${name}.netdev`,
    `[NetDev]\nName=${name}\nKind=vlan\n[VLAN]\nId=__VLAN_${name}__\n`,
  );
}

function renamedDevice(name: string): HostFile {
  return file(`${folder}/10-${name}.link`, `[Match]\nMACAddress=__MAC_${name}__\n[Link]\nName=${name}\n`);
}

/** A guest network on a hypervisor: a VLAN in a bridge of its own, neither with an address. */
function bridgeFiles(name: string): HostFile[] {
  const bridge = bridgeName(name);
  return [
    vlanDevice(name),
    file(`${folder}/10-${bridge}.netdev`, `[NetDev]\nName=${bridge}\nKind=bridge\n`),
    file(`${folder}/20-${bridge}.network`, `[Match]\nName=${bridge}\n[Network]\n${unaddressed}`),
    file(
      `${folder}/20-${name}.network`,
      `[Match]\nName=${name}\n[Network]\nBridge=${bridge}\n${unaddressed}`,
    ),
  ];
}

const unaddressed = "LinkLocalAddressing=no\nIPv6AcceptRA=no\n";

/** Guests of a private network plug in here. */
export function bridgeName(name: string): string {
  return name.replace(/^pn-/, "br-");
}

/** The one physical card carries the internet and every VLAN. Sealed, it has neither address nor route of its own. */
function publicOfBareMetal(interfaces: readonly string[], stage: HostStage): HostFile {
  const vlans = interfaces.map((name) => `VLAN=${name}\n`).join("");
  const dhcp = stage === "sealed" ? "no" : "ipv4";
  return file(
    publicNetwork,
    `[Match]\nName=en* eth*\n[Network]\nDHCP=${dhcp}\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n${vlans}`,
  );
}

/** An Instance without a public address has nothing on its public card. */
export function publicOfInstance(server: ServerSpec): HostFile {
  const dhcp = server.publicAddress === undefined ? "DHCP=no" : "DHCP=ipv4";
  const options = server.publicAddress === undefined ? "" : "[DHCPv4]\nUseDNS=no\n";
  return file(
    publicNetwork,
    `[Match]\nName=en* eth*\n[Network]\n${dhcp}\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n${options}`,
  );
}

/** WireGuard's ends on an access member. Keys are made and kept on the host; people and sites are enrolled there. */
function tunnelFiles(layout: Layout, server: ServerSpec): HostFile[] {
  if (server.pair?.kind !== "access" || server.zoneKey === undefined) return [];
  const pool = layout.estate.organisation.clientPools[server.zoneKey];
  const device = (name: string, port: number): HostFile =>
    file(
      `${folder}/10-${name}.netdev`,
      `[NetDev]\nName=${name}\nKind=wireguard\n[WireGuard]\nListenPort=${port}\nPrivateKeyFile=/etc/wireguard/private.key\n`,
    );
  const network = (name: string, lines: string): HostFile =>
    file(`${folder}/20-${name}.network`, `[Match]\nName=${name}\n[Network]\n${lines}${unaddressed}`);
  const prefixes = layout.estate.sites.flatMap((site) => site.prefixes).sort();
  const siteRoutes = prefixes.map((prefix) => `[Route]\nDestination=${prefix}\nScope=link\n`).join("");
  return [
    device(clientsInterface, tunnelPorts.clients),
    network(clientsInterface, `Address=${addressAt(pool, 1)}/${parsePrefix(pool).length}\n`),
    device(sitesInterface, tunnelPorts.sites),
    file(
      `${folder}/20-${sitesInterface}.network`,
      `[Match]\nName=${sitesInterface}\n[Network]\n${unaddressed}${siteRoutes}`,
    ),
  ];
}

/**
 * Where a member of the exit pair has a public address too, what comes from egress still leaves by the public gateway. What it says to the
 * inside does not: of the main table all but the default route is asked first.
 */
function policyRouting(layout: Layout, server: ServerSpec): HostFile[] {
  const { pair, zoneKey } = server;
  if (pair?.facesInternet !== true || zoneKey === undefined || !pair.networks.includes("egress")) return [];
  const name = layout.interfaceOf("egress");
  const gateway = layout.addresses.of("egress", `gateway-${zoneKey}`);
  const policy = (table: string, priority: number): string =>
    `[RoutingPolicyRule]\nIncomingInterface=${name}\nTable=${table}\nPriority=${priority}\n`;
  return [
    file(
      `${folder}/20-${name}.network.d/egress.conf`,
      `[Route]\nDestination=0.0.0.0/0\nGateway=${gateway}\nTable=100\n${policy("main", 99)}SuppressPrefixLength=0\n${policy("100", 100)}`,
    ),
  ];
}
