/** Every server and guest that an estate asks for, by name and place, before it has addresses or files. */
import type { Estate, Workload, ZoneKey } from "../estate/estate.ts";
import { zoneKeys } from "../estate/estate.ts";
import { sortedBy } from "../estate/order.ts";
import type { PairSpec } from "./firewalls.ts";
import type { Zone } from "./plan.ts";

export type ServerRole = "firewall" | "hypervisor" | "fleet" | "bastion" | "proxy" | "egress" | "witness";

/** A server, whatever it is made of. */
export interface ServerSpec {
  readonly key: string;
  readonly role: ServerRole;
  readonly kind: "bare-metal" | "instance";
  /** None for the witness, which is in neither deployment. */
  readonly zoneKey: ZoneKey | undefined;
  readonly zone: Zone;
  readonly offer: string;
  readonly os: string;
  readonly application: string | undefined;
  readonly trustClass: string | undefined;
  readonly workload: string | undefined;
  readonly pair: PairSpec | undefined;
  /** Networks where it has an address, the first being the one it is administered on. */
  readonly networks: readonly string[];
  /** Networks that it carries for guests, without an address. */
  readonly bridged: readonly string[];
  readonly publicAddress: string | undefined;
  readonly data: "stateful" | "stateless";
}

/** A virtual machine or container that a hypervisor carries; its system is not ours to configure. */
export interface GuestSpec {
  readonly key: string;
  readonly zoneKey: ZoneKey;
  readonly network: string;
  readonly workload: string;
  readonly application: string;
}

export interface Inventory {
  /** Sorted by key. */
  readonly servers: readonly ServerSpec[];
  readonly guests: readonly GuestSpec[];
}

const zoneOf = (estate: Estate, key: ZoneKey): Zone => estate.organisation.zones[key];
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Members are numbered from 1 in each zone: taking one away removes the highest and renames none. */
export function memberKeys(workload: string, zone: ZoneKey, count: number): string[] {
  return numbers(count).map((number) => `${workload}-${zone}-${number}`);
}

export function inventoryOf(estate: Estate, pairs: readonly PairSpec[]): Inventory {
  const servers = [
    ...zoneKeys.flatMap((zone) => [
      ...platformServers(estate, zone),
      ...pairs.map((pair) => firewall(estate, pair, zone)),
    ]),
    ...estate.hypervisors.flatMap((entity) => hypervisorServers(estate, entity)),
    ...estate.applications.flatMap(({ application, trustClass, workloads, data }) =>
      workloads.flatMap((workload) =>
        workload.kind === "guest"
          ? []
          : fleet(estate, workload, {
              application,
              trustClass,
              data: data.some((item) => item.workload === workload.name) ? "stateful" : "stateless",
            }),
      ),
    ),
    witness(estate),
  ];
  const guests = estate.applications.flatMap(({ application, workloads }) =>
    workloads
      .filter(({ kind }) => kind === "guest")
      .flatMap((workload) =>
        zoneKeys.flatMap((zoneKey) =>
          memberKeys(workload.name, zoneKey, workload.count[zoneKey]).map(
            (key): GuestSpec => ({
              key,
              zoneKey,
              network: workload.network,
              workload: workload.name,
              application,
            }),
          ),
        ),
      ),
  );
  return { servers: sortedBy(servers, ({ key }) => key), guests: sortedBy(guests, ({ key }) => key) };
}

const plain = {
  application: undefined,
  trustClass: undefined,
  workload: undefined,
  pair: undefined,
  bridged: [],
  publicAddress: undefined,
  data: "stateless",
} as const;

function platformServers(estate: Estate, zoneKey: ZoneKey): ServerSpec[] {
  const { bastion, proxies, egress } = estate.platform;
  const place = { zoneKey, zone: zoneOf(estate, zoneKey), kind: "instance" } as const;
  const several = (
    role: "proxy" | "egress",
    network: string,
    part: { readonly offer: string; readonly os: string; readonly count: number },
  ): ServerSpec[] =>
    memberKeys(role, zoneKey, part.count).map((key) => ({
      ...plain,
      ...place,
      key,
      role,
      offer: part.offer,
      os: part.os,
      networks: [network],
    }));
  return [
    {
      ...plain,
      ...place,
      key: `bastion-${zoneKey}`,
      role: "bastion",
      offer: bastion.offer,
      os: bastion.os,
      networks: ["admin"],
      publicAddress: `bastion.${zoneKey}`,
    },
    ...(proxies === undefined || estate.platform.loadBalancer === undefined
      ? []
      : several("proxy", "ingress", proxies)),
    ...(egress === undefined ? [] : several("egress", "egress", egress)),
  ];
}

function firewall(estate: Estate, pair: PairSpec, zoneKey: ZoneKey): ServerSpec {
  const { offer, os } = pair.server;
  return {
    ...plain,
    key: pair.members[zoneKey],
    role: "firewall",
    kind: pair.kind === "segmentation" ? "bare-metal" : "instance",
    zoneKey,
    zone: zoneOf(estate, zoneKey),
    offer,
    os,
    trustClass: pair.trustClass,
    pair,
    networks: ["admin", "transit", ...pair.networks],
    publicAddress: pair.facesInternet ? `${pair.kind}.${zoneKey}` : undefined,
  };
}

function hypervisorServers(estate: Estate, entity: Estate["hypervisors"][number]): ServerSpec[] {
  const bridged = new Set(
    estate.applications
      .flatMap(({ workloads }) => workloads)
      .filter((workload) => workload.kind === "guest" && workload.hypervisors === entity.hypervisors)
      .map(({ network }) => network),
  );
  return zoneKeys.flatMap((zoneKey) =>
    memberKeys(entity.hypervisors, zoneKey, entity.count[zoneKey]).map(
      (key): ServerSpec => ({
        ...plain,
        key,
        role: "hypervisor",
        kind: "bare-metal",
        zoneKey,
        zone: zoneOf(estate, zoneKey),
        offer: entity.offer,
        os: entity.os,
        trustClass: entity.trustClass,
        networks: [entity.network],
        bridged: [...bridged].sort(),
        data: "stateful",
      }),
    ),
  );
}

function fleet(
  estate: Estate,
  workload: Exclude<Workload, { kind: "guest" }>,
  owner: Pick<ServerSpec, "application" | "trustClass" | "data">,
): ServerSpec[] {
  return zoneKeys.flatMap((zoneKey) =>
    memberKeys(workload.name, zoneKey, workload.count[zoneKey]).map(
      (key): ServerSpec => ({
        ...plain,
        ...owner,
        key,
        role: "fleet",
        kind: workload.kind,
        zoneKey,
        zone: zoneOf(estate, zoneKey),
        offer: workload.offer,
        os: workload.os,
        workload: workload.name,
        networks: [workload.network],
      }),
    ),
  );
}

function witness(estate: Estate): ServerSpec {
  const { offer, os, network } = estate.platform.witness;
  return {
    ...plain,
    key: "witness",
    role: "witness",
    kind: "instance",
    zoneKey: undefined,
    zone: estate.organisation.witnessZone,
    offer,
    os,
    networks: [network],
    data: "stateful",
  };
}
