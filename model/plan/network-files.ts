/** systemd-networkd files: interfaces named after private networks, static addresses, the plan's routes and nothing from DHCP or RA. */
import { clientsInterface, sitesInterface, tunnelPorts } from "./firewall-rules.ts";
import { addressAt, parsePrefix } from "./ipv4.ts";
import type { Layout } from "./layout.ts";
import { legAddress } from "./layout.ts";
import type { HostFile } from "./plan.ts";
import type { Route } from "./routes.ts";
import { bootstrapRoutesOf, routesOf } from "./routes.ts";
import type { ServerSpec } from "./servers.ts";

const folder = "/etc/systemd/network";
/** What day 0 lays down on an Instance, before the plan's own files take over. */
export const dayZeroNetwork = `${folder}/91-day-zero.network`;
export const publicNetwork = `${folder}/90-public.network`;

type Stage = HostFile["stage"];
const file = (path: string, stage: Stage, content: string): HostFile => ({
  path,
  mode: "0644",
  stage,
  content,
});

/** Every file under /etc/systemd/network of one host, sorted by path. */
export function networkFiles(layout: Layout, server: ServerSpec): HostFile[] {
  const routes = { sealed: routesOf(layout, server), bootstrap: bootstrapRoutes(layout, server) };
  const addressed = server.networks.flatMap((network) => legFiles(layout, server, network, routes));
  const carried = server.bridged.flatMap((network) => bridgeFiles(layout.interfaceOf(network)));
  const names = [...server.networks, ...server.bridged].map((network) => layout.interfaceOf(network)).sort();
  const outside = server.kind === "bare-metal" ? publicOfBareMetal(names) : [publicOfInstance(server)];
  return [
    ...addressed,
    ...carried,
    ...outside,
    ...tunnelFiles(layout, server),
    ...policyRouting(layout, server),
  ];
}

type RoutesByNetwork = ReadonlyMap<string, readonly Route[]>;

function bootstrapRoutes(layout: Layout, server: ServerSpec): RoutesByNetwork {
  return server.kind === "bare-metal" ? bootstrapRoutesOf(layout, server) : new Map();
}

function legFiles(
  layout: Layout,
  server: ServerSpec,
  network: string,
  routes: { readonly sealed: RoutesByNetwork; readonly bootstrap: RoutesByNetwork },
): HostFile[] {
  const name = layout.interfaceOf(network);
  const address = `${legAddress(layout, server, network)}/${parsePrefix(layout.cidrOf(network)).length}`;
  // Addresses that keepalived moved here are not networkd's to take away when it reloads.
  const keeps = server.pair === undefined ? "" : "KeepConfiguration=static\n";
  const text = (through: RoutesByNetwork): string =>
    `[Match]
Name=${name}
[Network]
Address=${address}
LinkLocalAddressing=no
IPv6AcceptRA=no
${keeps}${(through.get(network) ?? []).map(routeText).join("")}`;
  const path = `${folder}/20-${name}.network`;
  const sealed = text(routes.sealed);
  const device = server.kind === "bare-metal" ? vlanDevice(name) : renamedDevice(name);
  if (server.kind === "instance") return [device, file(path, "always", sealed)];
  const bootstrap = text(routes.bootstrap);
  if (bootstrap === sealed) return [device, file(path, "always", sealed)];
  return [device, file(path, "bootstrap", bootstrap), file(path, "sealed", sealed)];
}

function routeText({ destination, gateway, metric }: Route): string {
  return `[Route]\nDestination=${destination}\nGateway=${gateway}\n${metric === undefined ? "" : `Metric=${metric}\n`}`;
}

/** The number of a private network's VLAN is known after attachment only, and differs from server to server. */
function vlanDevice(name: string): HostFile {
  return file(
    `${folder}/10-${name}.netdev`,
    "always",
    `[NetDev]\nName=${name}\nKind=vlan\n[VLAN]\nId=__VLAN_${name}__\n`,
  );
}

function renamedDevice(name: string): HostFile {
  return file(
    `${folder}/10-${name}.link`,
    "always",
    `[Match]\nMACAddress=__MAC_${name}__\n[Link]\nName=${name}\n`,
  );
}

/** A guest network on a hypervisor: a VLAN in a bridge of its own, neither with an address. */
function bridgeFiles(name: string): HostFile[] {
  const bridge = bridgeName(name);
  return [
    vlanDevice(name),
    file(`${folder}/10-${bridge}.netdev`, "always", `[NetDev]\nName=${bridge}\nKind=bridge\n`),
    file(`${folder}/20-${bridge}.network`, "always", `[Match]\nName=${bridge}\n[Network]\n${unaddressed}`),
    file(
      `${folder}/20-${name}.network`,
      "always",
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
function publicOfBareMetal(interfaces: readonly string[]): HostFile[] {
  const vlans = interfaces.map((name) => `VLAN=${name}\n`).join("");
  const text = (dhcp: string): string =>
    `[Match]\nName=en* eth*\n[Network]\n${dhcp}LinkLocalAddressing=no\nIPv6AcceptRA=no\n${vlans}`;
  return [
    file(publicNetwork, "bootstrap", text("DHCP=ipv4\n")),
    file(publicNetwork, "sealed", text("DHCP=no\n")),
  ];
}

/** An Instance without a public address has nothing on its public card. */
export function publicOfInstance(server: ServerSpec): HostFile {
  const dhcp = server.publicAddress === undefined ? "DHCP=no" : "DHCP=ipv4";
  const options = server.publicAddress === undefined ? "" : "[DHCPv4]\nUseDNS=no\n";
  return file(
    publicNetwork,
    "always",
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
      "always",
      `[NetDev]\nName=${name}\nKind=wireguard\n[WireGuard]\nListenPort=${port}\nPrivateKeyFile=/etc/wireguard/private.key\n`,
    );
  const network = (name: string, lines: string): HostFile =>
    file(
      `${folder}/20-${name}.network`,
      "always",
      `[Match]\nName=${name}\n[Network]\n${lines}${unaddressed}`,
    );
  const prefixes = layout.estate.sites.flatMap((site) => site.prefixes).sort();
  const siteRoutes = prefixes.map((prefix) => `[Route]\nDestination=${prefix}\nScope=link\n`).join("");
  return [
    device(clientsInterface, tunnelPorts.clients),
    network(clientsInterface, `Address=${addressAt(pool, 1)}/${parsePrefix(pool).length}\n`),
    device(sitesInterface, tunnelPorts.sites),
    file(
      `${folder}/20-${sitesInterface}.network`,
      "always",
      `[Match]\nName=${sitesInterface}\n[Network]\n${unaddressed}${siteRoutes}`,
    ),
  ];
}

/** Where a member of the exit pair has a public address too, what comes from egress still leaves by the public gateway. */
function policyRouting(layout: Layout, server: ServerSpec): HostFile[] {
  const { pair, zoneKey } = server;
  if (pair?.facesInternet !== true || zoneKey === undefined || !pair.networks.includes("egress")) return [];
  const name = layout.interfaceOf("egress");
  const gateway = layout.addresses.of("egress", `gateway-${zoneKey}`);
  return [
    file(
      `${folder}/20-${name}.network.d/egress.conf`,
      "always",
      `[Route]\nDestination=0.0.0.0/0\nGateway=${gateway}\nTable=100\n[RoutingPolicyRule]\nIncomingInterface=${name}\nTable=100\nPriority=100\n`,
    ),
  ];
}
