/** Servers as components take them: bare metal and Instances, each with its legs, its first boot and its host. */
import type { ZoneKey } from "../estate/estate.ts";

import { cloudInit } from "./cloud-init.ts";
import type { HostContext } from "./hosts.ts";
import { hostPlan } from "./hosts.ts";
import { legReservation } from "./layout.ts";
import type { BareMetalPlan, FleetPlan, InstancePlan, LegPlan, WitnessPlan, ZonePlan } from "./plan.ts";
import { securityGroup } from "./security-groups.ts";
import type { ServerSpec } from "./servers.ts";
import { tagsOf } from "./tags.ts";

export interface Machines {
  readonly bareMetal: readonly BareMetalPlan[];
  readonly instances: readonly InstancePlan[];
}

/** Every server, sorted by key. */
export function machinesOf(context: HostContext): Machines {
  const { servers } = context.layout.inventory;
  return {
    bareMetal: servers
      .filter(({ kind }) => kind === "bare-metal")
      .map((server) => bareMetal(context, server)),
    instances: servers.filter(({ kind }) => kind === "instance").map((server) => instance(context, server)),
  };
}

function common(context: HostContext, server: ServerSpec) {
  const { layout } = context;
  const { organisation } = layout.estate.organisation;
  const tags = tagsOf(organisation, {
    role: server.role,
    zone: server.zone,
    application: server.application,
    workload: server.workload,
    pair: server.pair?.key,
    "trust-class": server.trustClass,
  });
  const legs = [...server.networks, ...server.bridged].map(
    (network): LegPlan => ({
      privateNetwork: network,
      reservation: legReservation(server, network),
      interface: layout.interfaceOf(network),
    }),
  );
  return {
    key: server.key,
    name: `${organisation}-${server.key}`,
    zone: server.zone,
    role: server.role,
    application: server.application,
    trustClass: server.trustClass,
    offer: server.offer,
    os: server.os,
    legs: legs.sort((a, b) => (a.privateNetwork < b.privateNetwork ? -1 : 1)),
    tags,
    data: server.data,
    cloudInit: cloudInit(layout, server),
    host: hostPlan(context, server),
  };
}

function bareMetal(context: HostContext, server: ServerSpec): BareMetalPlan {
  return { kind: "bare-metal", ...common(context, server) };
}

function instance(context: HostContext, server: ServerSpec): InstancePlan {
  const shared = common(context, server);
  return {
    kind: "instance",
    ...shared,
    publicAddress: server.publicAddress,
    securityGroup: securityGroup(context.layout, server, context.intents, shared.tags),
  };
}

/** The servers of one zone, each where its component takes it. */
export function zoneMachines(
  context: HostContext,
  machines: Machines,
  zoneKey: ZoneKey,
): Omit<ZonePlan, "key" | "zone" | "gateway" | "loadBalancer"> {
  const here = new Set(
    context.layout.inventory.servers.filter((server) => server.zoneKey === zoneKey).map(({ key }) => key),
  );
  const bare = machines.bareMetal.filter(({ key }) => here.has(key));
  const instances = machines.instances.filter(({ key }) => here.has(key));
  const bastion = instances.find(({ role }) => role === "bastion");
  if (bastion === undefined) throw new Error(`${zoneKey} has no bastion`);
  return {
    bastion,
    firewalls: bare.filter(({ role }) => role === "firewall"),
    instanceFirewalls: instances.filter(({ role }) => role === "firewall"),
    hypervisors: bare.filter(({ role }) => role === "hypervisor"),
    fleets: fleetsOf(context, bare, instances),
    proxies: instances.filter(({ role }) => role === "proxy"),
    egress: instances.filter(({ role }) => role === "egress"),
  };
}

function fleetsOf(
  context: HostContext,
  bare: readonly BareMetalPlan[],
  instances: readonly InstancePlan[],
): FleetPlan[] {
  const workloadOf = new Map(context.layout.inventory.servers.map(({ key, workload }) => [key, workload]));
  const workloads = context.layout.estate.applications.flatMap(({ application, workloads: all }) =>
    all.map(({ name, kind }) => ({ application, name, kind })),
  );
  const fleets = workloads.flatMap(({ application, name, kind }): FleetPlan[] => {
    const of = <T extends { readonly key: string }>(list: readonly T[]): T[] =>
      list.filter(({ key }) => workloadOf.get(key) === name);
    if (kind === "guest") return [];
    const fleet: FleetPlan =
      kind === "bare-metal"
        ? { kind, key: name, application, members: of(bare) }
        : { kind, key: name, application, members: of(instances) };
    return fleet.members.length === 0 ? [] : [fleet];
  });
  return fleets.sort((a, b) => (a.key < b.key ? -1 : 1));
}

export function witnessPlan(context: HostContext, machines: Machines): WitnessPlan {
  const server = machines.instances.find(({ role }) => role === "witness");
  if (server === undefined) throw new Error("there is no witness");
  return { zone: context.layout.estate.organisation.witnessZone, server };
}
