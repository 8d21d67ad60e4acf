/** The shape of each contract, from the plan: what a reader may rely on, key by key. */
import type { Plan, ZonePlan } from "../model/plan/plan.ts";
import type { EdgeContract, Expected, FoundationContract, ZoneContract } from "./contracts.ts";

const plain = (uuid: string): string => uuid;
const at =
  (place: string) =>
  (uuid: string): string =>
    `${place}/${uuid}`;

/** An address of 198.18.0.0/15, set aside for tests (RFC 2544): nobody's, so that a stand-in cannot be mistaken for a real one. */
const benchmarkAddress = (uuid: string): string => {
  const bits = Number.parseInt(uuid.slice(0, 8), 16);
  return `198.${18 + (bits & 1)}.${(bits >>> 8) & 255}.${(bits >>> 16) & 255}`;
};

function byKey<Item extends { readonly key: string }, Value>(
  items: readonly Item[],
  value: (item: Item) => Value,
): Record<string, Value> {
  return Object.fromEntries(items.map((item) => [item.key, value(item)]));
}

/** Every key of the foundation, the operators' SSH keys included. */
export function expectedFoundation(plan: Plan, sshKeys: readonly string[]): Expected<FoundationContract> {
  const { vpcs, privateNetworks, reservations, publicAddresses, domain } = plan.foundation;
  const regional = () => at(plan.region);
  return {
    vpcs: byKey(vpcs, regional),
    privateNetworks: byKey(privateNetworks, regional),
    subnets: byKey(
      privateNetworks,
      ({ cidr }) =>
        () =>
          cidr,
    ),
    reservations: byKey(reservations, regional),
    publicAddresses: byKey(publicAddresses, ({ zone }) => ({ id: at(zone), address: benchmarkAddress })),
    sshKeys: Object.fromEntries(sshKeys.map((key) => [key, plain])),
    dnsZone: () => domain,
  };
}

/** A zone's load balancer, which `edge` leads to. Its servers are for the proof: no stack needs them. */
export function expectedZone({
  zone,
  loadBalancer,
}: ZonePlan): Expected<Pick<ZoneContract, "loadBalancers">> {
  return {
    loadBalancers:
      loadBalancer === undefined
        ? {}
        : { [loadBalancer.key]: { id: at(zone), frontends: byKey(loadBalancer.frontends, () => at(zone)) } },
  };
}

export function expectedEdge(plan: Plan): Expected<EdgeContract> {
  return {
    pipelines: byKey(plan.edge.pipelines, () => ({
      id: plain,
      firewalls: { "par-1": plain, "par-2": plain },
    })),
  };
}
