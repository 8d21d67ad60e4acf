/**
 * Quotas by name. The values are Scaleway's after identity check (organisation quotas, 2025-10-29; VPC limits,
 * 2025-10-27; network ACLs, 2025-03-26), where two pages differ the smaller. `bareMetal/<offer>` and
 * `instances/<type>` stand beside them, their `*` for those not named.
 */
export const defaultQuotas = {
  aclRulesPerVpc: 255,
  apiKeys: 50,
  bareMetalFlexibleIps: 64,
  bareMetalPerPrivateNetwork: 250,
  blockVolumes: 5000,
  databases: 20,
  dnsRecordsPerZone: 1000,
  dnsZones: 100,
  edgeServicesPipelines: 20,
  gatewayIps: 50,
  iamApplications: 100,
  iamGroups: 50,
  iamPolicies: 50,
  instanceIps: 50,
  instancesPerPrivateNetwork: 512,
  kubernetesClusters: 10,
  loadBalancers: 50,
  patRules: 2048,
  placementGroups: 100,
  privateNetworks: 255,
  privateNetworksPerBareMetal: 8,
  privateNetworksPerGateway: 8,
  privateNetworksPerInstance: 8,
  privateNetworksPerLoadBalancer: 8,
  privateNetworksPerVpc: 100,
  projects: 25,
  publicGateways: 50,
  redisClusters: 10,
  secretVersions: 20,
  secrets: 250,
  securityGroups: 99_999,
  securityRules: 500,
  sshKeys: 50,
  vpcs: 256,
  "bareMetal/*": 2,
  "instances/*": 10,
} as const satisfies Record<string, number>;

export type QuotaName = keyof typeof defaultQuotas | `bareMetal/${string}` | `instances/${string}`;

/** What is granted beyond, or below, the defaults. Names that this simulator does not enforce are kept and ignored. */
export type Quotas = Readonly<Record<string, number>>;

/** What is granted of a quota: by its name, else by its kind's `*`, else by default. */
export function granted(quotas: Quotas, name: QuotaName): number {
  const wildcard = name.replace(/\/.*/, "/*");
  const defaults: Quotas = defaultQuotas;
  return quotas[name] ?? quotas[wildcard] ?? defaults[name] ?? defaults[wildcard] ?? Number.POSITIVE_INFINITY;
}

type Stance = "accepted" | "refused";

/**
 * What Scaleway neither promises nor forbids, as this simulator takes it. The API enforces what it can see; the hosts
 * and whoever serves DNS read the others.
 */
export interface Assumptions {
  /** A virtual address may move between members of a private network by gratuitous ARP. Read by hosts. */
  readonly arpMoves: Stance;
  /** One machine may have legs in private networks of two VPCs. Refused at attachment otherwise. */
  readonly legsInTwoVpcs: Stance;
  /** A leg may forward packets whose source is not its own. Read by hosts. */
  readonly foreignSources: Stance;
  /** Several MAC addresses may speak on one VLAN of a bare-metal server. Read by hosts. */
  readonly severalMacsOnVlan: Stance;
  /** Access control lists leave traffic inside a private network, and VRRP, alone. Read by hosts. */
  readonly aclsOutsideOnly: Stance;
  /** The VLAN number of a network on a server stays when it is detached and attached again. */
  readonly stableVlanNumbers: Stance;
  /** An Instance in fr-par-3 may join a regional private network. Refused at attachment otherwise. */
  readonly thirdZoneOnPrivateNetworks: Stance;
  /** A load balancer's health checks come from its address in the private network. Read by hosts. */
  readonly healthChecksFromIpamAddress: Stance;
  /** Seconds between two probes of a DNS record's `http_service`. Read by whoever serves DNS. */
  readonly dnsProbeSeconds: number;
  /** Least time to live of a DNS record, in seconds; a smaller one is refused. */
  readonly leastDnsTtlSeconds: number;
}

export const defaultAssumptions: Assumptions = {
  arpMoves: "accepted",
  legsInTwoVpcs: "accepted",
  foreignSources: "accepted",
  severalMacsOnVlan: "accepted",
  aclsOutsideOnly: "accepted",
  stableVlanNumbers: "accepted",
  thirdZoneOnPrivateNetworks: "accepted",
  healthChecksFromIpamAddress: "accepted",
  dnsProbeSeconds: 30,
  leastDnsTtlSeconds: 60,
};
