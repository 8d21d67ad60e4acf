/** What outlives a zone: VPCs, private networks, every reserved address, public addresses, identity. */
import { zoneKeys } from "../estate/estate.ts";
import { sortedBy } from "../estate/order.ts";
import { identityOf } from "./identity.ts";
import type { Layout } from "./layout.ts";
import { virtualAddress } from "./layout.ts";
import type {
  FoundationPlan,
  PrivateNetworkPlan,
  PublicAddressPlan,
  ReservationPlan,
  VpcPlan,
} from "./plan.ts";
import { tagsOf } from "./tags.ts";

export function foundationPlan(layout: Layout, vpcOf: ReadonlyMap<string, string>): FoundationPlan {
  return {
    vpcs: vpcs(layout, vpcOf),
    privateNetworks: privateNetworks(layout, vpcOf),
    reservations: reservations(layout),
    publicAddresses: publicAddresses(layout),
    identity: identityOf(layout.estate),
    domain: layout.estate.organisation.domain,
  };
}

function vpcs(layout: Layout, vpcOf: ReadonlyMap<string, string>): VpcPlan[] {
  const { organisation } = layout.estate.organisation;
  const used = new Set(layout.networks.map(({ key }) => vpcOf.get(key) ?? ""));
  return [...used]
    .sort()
    .map((key) => ({ key, name: `${organisation}-${key}`, tags: tagsOf(organisation, {}) }));
}

function privateNetworks(layout: Layout, vpcOf: ReadonlyMap<string, string>): PrivateNetworkPlan[] {
  const { organisation } = layout.estate.organisation;
  return layout.networks.map((network) => {
    const pair = layout.pairOf(network.key);
    return {
      key: network.key,
      name: `${organisation}-${network.key}`,
      vpc: vpcOf.get(network.key) ?? "",
      role: network.role,
      cidr: layout.cidrOf(network.key),
      gateway: pair === undefined ? undefined : virtualAddress(layout, pair, network.key),
      pair: pair?.key,
      application: network.application,
      trustClass: network.trustClass,
      interface: network.interface,
      tags: tagsOf(organisation, {
        role: network.role,
        application: network.application,
        "trust-class": network.trustClass,
      }),
    };
  });
}

function reservations(layout: Layout): ReservationPlan[] {
  const { organisation } = layout.estate.organisation;
  const workloads = new Map(
    layout.inventory.guests.map(({ key, network, workload }) => [`${network}.${key}`, workload]),
  );
  return layout.addresses.reservations.map((reservation) => ({
    ...reservation,
    tags: tagsOf(organisation, {
      network: reservation.privateNetwork,
      purpose: reservation.purpose,
      // Scaleway knows a guest by its booking alone: without this nobody could tell there whose address it is.
      workload: reservation.purpose === "guest" ? workloads.get(reservation.key) : undefined,
    }),
  }));
}

function publicAddresses(layout: Layout): PublicAddressPlan[] {
  const { estate } = layout;
  const { organisation, zones } = estate.organisation;
  const one = (
    holder: string,
    zone: (typeof zoneKeys)[number],
    kind: PublicAddressPlan["kind"],
  ): PublicAddressPlan => ({
    key: `${holder}.${zone}`,
    kind,
    zone: zones[zone],
    tags: tagsOf(organisation, { role: holder, zone: zones[zone] }),
  });
  const ofServers = layout.inventory.servers.flatMap(({ publicAddress, zoneKey }) =>
    publicAddress === undefined || zoneKey === undefined
      ? []
      : [one(publicAddress.slice(0, publicAddress.indexOf(".")), zoneKey, "instance")],
  );
  const ofZones = zoneKeys.flatMap((zone) => [
    ...(estate.platform.loadBalancer === undefined ? [] : [one("load-balancer", zone, "load-balancer")]),
    one("gateway", zone, "gateway"),
  ]);
  return sortedBy([...ofServers, ...ofZones], ({ key }) => key);
}
