import {
  activeRoutes,
  findLink,
  holderOf,
  hostPart,
  type Link,
  type NetworkState,
  routeTo,
  sourceOn,
} from "../../network/network-state.ts";
import type { Family } from "../../nftables/packet.ts";

export interface ShowOptions {
  json: boolean;
  brief: boolean;
  family: Family | undefined;
}

function json(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function chosen(state: NetworkState, link: string | undefined): { link: Link; index: number }[] {
  return state.links
    .map((item, index) => ({ link: item, index: index + 1 }))
    .filter((item) => link === undefined || item.link.name === link);
}

function linkBody({ link, index }: { link: Link; index: number }): Record<string, unknown> {
  const flags = link.kind === "loopback" ? ["LOOPBACK"] : ["BROADCAST", "MULTICAST"];
  const body: Record<string, unknown> = {
    ifindex: index,
    ifname: link.name,
    flags: link.up ? [...flags, "UP", "LOWER_UP"] : flags,
    mtu: link.mtu,
    operstate: link.up ? (link.kind === "loopback" ? "UNKNOWN" : "UP") : "DOWN",
    link_type: link.kind === "loopback" ? "loopback" : "ether",
    address: link.mac,
  };
  if (link.parent !== undefined) body.link = link.parent;
  if (link.kind === "vlan")
    body.linkinfo = { info_kind: "vlan", info_data: { protocol: "802.1Q", id: link.vlan } };
  if (link.kind === "dummy") body.linkinfo = { info_kind: "dummy" };
  return body;
}

function heading(item: { link: Link; index: number }): string {
  const { link, index } = item;
  const name = link.parent === undefined ? link.name : `${link.name}@${link.parent}`;
  const body = linkBody(item) as { flags: string[]; operstate: string };
  const vlan = link.kind === "vlan" ? `\n    vlan protocol 802.1Q id ${link.vlan}` : "";
  return `${index}: ${name}: <${body.flags.join(",")}> mtu ${link.mtu} state ${body.operstate}\n    link/${link.kind === "loopback" ? "loopback" : "ether"} ${link.mac}${vlan}`;
}

export function showLinks(
  state: NetworkState,
  options: ShowOptions,
  link: string | undefined,
  kind: string | undefined,
): string {
  const items = chosen(state, link).filter((item) => kind === undefined || item.link.kind === kind);
  if (options.json) return json(items.map(linkBody));
  const line = (item: { link: Link; index: number }): string =>
    options.brief ? `${item.link.name} ${item.link.up ? "UP" : "DOWN"} ${item.link.mac}` : heading(item);
  return items.map((item) => `${line(item)}\n`).join("");
}

export function showAddresses(
  state: NetworkState,
  options: ShowOptions,
  link: string | undefined,
  wantedScope: string | undefined,
): string {
  const fits = (address: string): boolean =>
    options.family === undefined || address.includes(":") === (options.family === "ip6");
  const scopeOf = (item: Link): string => (item.kind === "loopback" ? "host" : "global");
  const shown = chosen(state, link).filter(
    (item) => wantedScope === undefined || scopeOf(item.link) === wantedScope,
  );
  const items = shown.map((item) => ({
    ...item,
    held: item.link.addresses.filter(({ address }) => fits(address)),
  }));
  if (options.json) {
    const info = (address: string, dynamic: boolean, scope: string): Record<string, unknown> => ({
      family: address.includes(":") ? "inet6" : "inet",
      local: hostPart(address),
      prefixlen: Number(address.split("/")[1]),
      scope,
      ...(dynamic ? { dynamic: true } : {}),
    });
    return json(
      items.map((item) => ({
        ...linkBody(item),
        addr_info: item.held.map(({ address, origin }) =>
          info(address, origin === "dhcp", scopeOf(item.link)),
        ),
      })),
    );
  }
  if (options.brief) {
    return items
      .map(
        ({ link: { name, up }, held }) =>
          `${name} ${up ? "UP" : "DOWN"} ${held.map(({ address }) => address).join(" ")}\n`,
      )
      .join("");
  }
  return items
    .map((item) =>
      [
        heading(item),
        ...item.held.map(
          ({ address }) =>
            `    ${address.includes(":") ? "inet6" : "inet"} ${address} scope ${scopeOf(item.link)} ${item.link.name}`,
        ),
      ].join("\n"),
    )
    .map((text) => `${text}\n`)
    .join("");
}

export function showRoutes(
  state: NetworkState,
  options: ShowOptions,
  link: string | undefined,
  target: string | undefined,
): string {
  const family = options.family ?? "ip";
  const shortName = (destination: string): string =>
    destination === "0.0.0.0/0" || destination === "::/0"
      ? "default"
      : destination.replace(/\/(32|128)$/, "");
  const protocols = {
    kernel: "kernel",
    networkd: "static",
    dhcp: "dhcp",
    manual: "boot",
    vrrp: "keepalived",
  };
  const routes = activeRoutes(state)
    .filter((route) => route.destination.includes(":") === (family === "ip6"))
    .filter((route) => link === undefined || route.link === link)
    .filter(
      (route) =>
        target === undefined || target === shortName(route.destination) || target === route.destination,
    )
    .filter((route) => findLink(state, route.link)?.kind !== "loopback");
  if (options.json) {
    return json(
      routes.map(({ destination, gateway, link: dev, metric, origin }) => ({
        dst: shortName(destination),
        ...(gateway === undefined ? { scope: "link" } : { gateway }),
        dev,
        protocol: protocols[origin],
        ...(metric === 0 ? {} : { metric }),
        flags: [],
      })),
    );
  }
  const line = ({ destination, gateway, link: dev, metric, origin }: (typeof routes)[number]): string =>
    `${shortName(destination)}${gateway === undefined ? "" : ` via ${gateway}`} dev ${dev} proto ${protocols[origin]}${gateway === undefined ? " scope link" : ""}${metric === 0 ? "" : ` metric ${metric}`}`;
  return routes.map((route) => `${line(route)}\n`).join("");
}

/** `ip route get`, or undefined when there is no route. */
export function routeGet(state: NetworkState, target: string, options: ShowOptions): string | undefined {
  const local = holderOf(state, target);
  const route = local ? { destination: target, link: "lo", gateway: undefined } : routeTo(state, target);
  if (!route) return undefined;
  const link = local ?? findLink(state, route.link);
  const source = local ? target : link && sourceOn(link, target.includes(":") ? "ip6" : "ip");
  if (options.json) {
    return json([
      {
        dst: target,
        ...(route.gateway === undefined ? {} : { gateway: route.gateway }),
        dev: route.link,
        prefsrc: source,
        flags: [],
        uid: 0,
      },
    ]);
  }
  return `${target}${route.gateway === undefined ? "" : ` via ${route.gateway}`} dev ${route.link} src ${source ?? ""} uid 0\n`;
}

export function showNeighbours(state: NetworkState, options: ShowOptions, link: string | undefined): string {
  const neighbours = state.neighbours.filter((neighbour) => link === undefined || neighbour.link === link);
  if (options.json)
    return json(
      neighbours.map(({ address, link: dev, mac, state: entry }) => ({
        dst: address,
        dev,
        lladdr: mac,
        state: [entry],
      })),
    );
  return neighbours
    .map(({ address, link: dev, mac, state: entry }) => `${address} dev ${dev} lladdr ${mac} ${entry}\n`)
    .join("");
}
