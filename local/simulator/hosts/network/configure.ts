import type { Leg, Machine } from "../../machines.ts";
import type { HostFilesystem } from "../filesystem/host-filesystem.ts";
import { lastValue } from "../services/unit-file.ts";
import {
  attachmentOf,
  findLink,
  hostPart,
  type Link,
  type NetworkState,
  publicMac,
  type Route,
  subnetOf,
} from "./network-state.ts";
import {
  matchesLink,
  type NetworkConfig,
  type NetworkdConfig,
  networkConfig,
  readNetworkd,
} from "./networkd.ts";

/** What Scaleway's DHCP tells a machine on a private network: the subnets of the other networks of the VPC. */
export interface Subnets {
  /** CIDRs of the private networks of a VPC, sorted. */
  ofVpc(vpcId: string): readonly string[];
}

/** Next hop on public interfaces. It answers nobody: it only says that the route leads to the internet. */
export const publicGateway = "62.210.0.1";

function firstHost(cidr: string): string {
  const parts = hostPart(subnetOf(cidr)).split(".").map(Number);
  return [...parts.slice(0, 3), (parts[3] ?? 0) + 1].join(".");
}

/** Names and MACs of the physical interfaces a machine has now. Bare metal has one for the internet and all VLANs. */
function hardware(machine: Machine): { name: string; mac: string }[] {
  if (machine.kind === "bare-metal") return [{ name: "eno1", mac: publicMac(machine) }];
  const legs = machine.legs.map((leg, index) => ({ name: `ens${5 + index}`, mac: leg.mac }));
  return [{ name: "ens2", mac: publicMac(machine) }, ...legs];
}

function freeName(state: NetworkState, wanted: string): string {
  if (!findLink(state, wanted)) return wanted;
  for (let number = 5; ; number += 1) if (!findLink(state, `ens${number}`)) return `ens${number}`;
}

/** Adds and removes physical interfaces as the API attached and detached them; new ones take their name from .link files. */
export async function plugHardware(
  machine: Machine,
  state: NetworkState,
  filesystem: HostFilesystem,
): Promise<string[]> {
  const config = await readNetworkd(filesystem);
  const wanted = hardware(machine);
  const gone = state.links.filter(
    (link) => link.kind === "physical" && !wanted.some(({ mac }) => mac === link.mac),
  );
  for (const link of gone) removeLink(state, link.name);
  const added: string[] = [];
  for (const { name, mac } of wanted) {
    if (state.links.some((link) => link.kind === "physical" && link.mac === mac)) continue;
    const link: Link = {
      name: freeName(state, name),
      kind: "physical",
      mac,
      up: true,
      mtu: 1500,
      addresses: [],
    };
    link.name = linkFileName(config, link) ?? link.name;
    state.links.push(link);
    added.push(link.name);
  }
  return added;
}

/** The name a .link file gives to a physical interface. */
export function linkFileName(config: NetworkdConfig, link: Link): string | undefined {
  const file = config.links.find((candidate) => matchesLink(candidate, link, link.name));
  return file && lastValue(file, "Link", "Name");
}

/** Renames a link, its routes, and what stands on it. */
export function renameLink(state: NetworkState, from: string, to: string): void {
  for (const link of state.links) {
    if (link.name === from) link.name = to;
    if (link.parent === from) link.parent = to;
  }
  for (const route of state.routes) if (route.link === from) route.link = to;
  for (const neighbour of state.neighbours) if (neighbour.link === from) neighbour.link = to;
}

/** Removes a link with its routes and the links on it. */
export function removeLink(state: NetworkState, name: string): void {
  for (const link of state.links.filter(({ parent }) => parent === name)) removeLink(state, link.name);
  state.links = state.links.filter((link) => link.name !== name);
  state.routes = state.routes.filter((route) => route.link !== name);
  state.neighbours = state.neighbours.filter((neighbour) => neighbour.link !== name);
}

function applyDhcp(
  machine: Machine,
  state: NetworkState,
  link: Link,
  config: NetworkConfig,
  subnets: Subnets,
): void {
  const attachment = attachmentOf(machine, state, link);
  if (attachment.kind === "none" || config.dhcp === "no") return;
  const wantsV4 = config.dhcp !== "ipv6";
  const wantsV6 = config.dhcp !== "ipv4";
  const route = (destination: string, gateway: string): Route => ({
    destination,
    gateway,
    link: link.name,
    metric: config.dhcpMetric,
    origin: "dhcp",
  });
  if (attachment.kind === "public") {
    for (const address of machine.publicAddresses) {
      const isV6 = address.includes(":");
      if (isV6 ? !wantsV6 : !wantsV4) continue;
      link.addresses.push({ address: `${address}/${isV6 ? 64 : 32}`, origin: "dhcp" });
      if (!isV6 && config.useGateway) state.routes.push(route("0.0.0.0/0", publicGateway));
      if (isV6) state.routes.push(route("::/0", "fe80::1"));
    }
    return;
  }
  const { leg } = attachment;
  const booked = leg.addresses.find((address) => !address.includes(":"));
  if (!wantsV4 || booked === undefined) return;
  link.addresses.push({ address: `${hostPart(booked)}/${leg.cidr.split("/")[1]}`, origin: "dhcp" });
  if (config.useRoutes) pushSubnetRoutes(state, leg, subnets, route);
}

function pushSubnetRoutes(
  state: NetworkState,
  leg: Leg,
  subnets: Subnets,
  route: (destination: string, gateway: string) => Route,
): void {
  for (const subnet of subnets.ofVpc(leg.vpcId)) {
    if (subnet !== leg.cidr && !subnet.includes(":")) state.routes.push(route(subnet, firstHost(leg.cidr)));
  }
}

function createVlans(state: NetworkState, parent: Link, config: NetworkConfig, all: NetworkdConfig): void {
  for (const name of config.vlans) {
    const netdev = all.netdevs.find((candidate) => candidate.name === name && candidate.kind === "vlan");
    if (netdev?.vlan === undefined || !(netdev.vlan >= 1 && netdev.vlan <= 4094)) {
      all.warnings.push(
        `${config.path}: VLAN=${name} has no .netdev with Kind=vlan and Id= from 1 to 4094. Ignoring.`,
      );
      continue;
    }
    const existing = findLink(state, name);
    // networkd leaves a link that exists as it is: another number takes effect once the old link is deleted.
    if (existing && existing.vlan !== netdev.vlan)
      all.warnings.push(`${netdev.path}: ${name} exists with VLAN ${existing.vlan}; not changed.`);
    if (existing) continue;
    state.links.push({
      name,
      kind: "vlan",
      mac: parent.mac,
      up: true,
      mtu: parent.mtu,
      parent: parent.name,
      vlan: netdev.vlan,
      addresses: [],
    });
  }
}

/**
 * Applies all .network and .netdev files, as `networkctl reload` does: what networkd and DHCP put on a link is put anew,
 * what others put there stays.
 * @param only limits the work to one link (`networkctl reconfigure`).
 * @returns lines for the journal, and the forwarding that files ask for.
 */
export async function applyNetworkd(
  machine: Machine,
  state: NetworkState,
  filesystem: HostFilesystem,
  subnets: Subnets,
  only?: string,
): Promise<{ warnings: string[]; forwarding: boolean | undefined }> {
  const all = await readNetworkd(filesystem);
  let forwarding: boolean | undefined;
  const configured = (link: Link): NetworkConfig | undefined => {
    const file = all.networks.find((candidate) => matchesLink(candidate, link, link.name));
    return file && networkConfig(file);
  };
  if (only === undefined) {
    for (const link of [...state.links]) {
      const config = link.kind === "physical" ? configured(link) : undefined;
      if (config) createVlans(state, link, config, all);
    }
  }
  for (const link of state.links) {
    if (link.kind === "loopback" || (only !== undefined && link.name !== only)) continue;
    const config = configured(link);
    if (!config) continue;
    link.up = true;
    if (config.mtu !== undefined) link.mtu = config.mtu;
    if (config.forwarding !== undefined) forwarding = config.forwarding;
    const managed = (origin: string): boolean => origin === "networkd" || origin === "dhcp";
    link.addresses = link.addresses.filter(({ origin }) => !managed(origin));
    state.routes = state.routes.filter((route) => route.link !== link.name || !managed(route.origin));
    for (const address of config.addresses) {
      const full = address.includes("/") ? address : `${address}/32`;
      if (!link.addresses.some((held) => held.address === full))
        link.addresses.push({ address: full, origin: "networkd" });
    }
    applyDhcp(machine, state, link, config, subnets);
    for (const route of config.routes) state.routes.push({ ...route, link: link.name, origin: "networkd" });
  }
  return { warnings: all.warnings, forwarding };
}
