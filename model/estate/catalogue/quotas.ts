/**
 * Quotas that an estate may declare as granted, with what Scaleway grants before anybody asks.
 *
 * Values: its page of organisation quotas of 2025-10-29 (payment and identity validated), its Elastic Metal and network limits of 2025-10-27.
 * Where two pages differ the smaller stands. One quota for each offer: `bareMetal/<offer>` and `instances/<type>`.
 */
import { bareMetalOffers } from "./bare-metal.ts";
import { instanceTypes } from "./instances.ts";

export interface QuotaEntry {
  /** For what the limit holds. */
  readonly scope: "server" | "private network" | "load balancer" | "gateway" | "VPC" | "organisation";
  readonly default: number;
}

const named: Readonly<Record<string, QuotaEntry>> = {
  privateNetworksPerBareMetal: { scope: "server", default: 8 },
  privateNetworksPerInstance: { scope: "server", default: 8 },
  privateNetworksPerLoadBalancer: { scope: "load balancer", default: 8 },
  privateNetworksPerGateway: { scope: "gateway", default: 8 },
  privateNetworksPerVpc: { scope: "VPC", default: 100 },
  privateNetworks: { scope: "organisation", default: 255 },
  vpcs: { scope: "organisation", default: 256 },
  aclRulesPerVpc: { scope: "VPC", default: 255 },
  instancesPerPrivateNetwork: { scope: "private network", default: 512 },
  bareMetalPerPrivateNetwork: { scope: "private network", default: 250 },
  bareMetalFlexibleIps: { scope: "organisation", default: 64 },
  instanceIps: { scope: "organisation", default: 50 },
  securityGroups: { scope: "organisation", default: 99_999 },
  securityRules: { scope: "organisation", default: 500 },
  placementGroups: { scope: "organisation", default: 100 },
  publicGateways: { scope: "organisation", default: 50 },
  loadBalancers: { scope: "organisation", default: 50 },
  edgeServicesPipelines: { scope: "organisation", default: 20 },
  dnsZones: { scope: "organisation", default: 100 },
  dnsRecordsPerZone: { scope: "organisation", default: 1000 },
  projects: { scope: "organisation", default: 25 },
  apiKeys: { scope: "organisation", default: 50 },
  iamApplications: { scope: "organisation", default: 100 },
  iamGroups: { scope: "organisation", default: 50 },
  iamPolicies: { scope: "organisation", default: 50 },
  iamUsers: { scope: "organisation", default: 50 },
  sshKeys: { scope: "organisation", default: 50 },
  secrets: { scope: "organisation", default: 250 },
  buckets: { scope: "organisation", default: 100 },
  blockVolumes: { scope: "organisation", default: 5000 },
  blockStorageGB: { scope: "organisation", default: 5000 },
  databaseInstances: { scope: "organisation", default: 10 },
};

/** Every name that `organisation.quotas` may hold, sorted. */
export const quotaNames: readonly string[] = [
  ...Object.keys(named),
  ...[...bareMetalOffers.keys()].map((offer) => `bareMetal/${offer}`),
  ...[...instanceTypes.keys()].map((type) => `instances/${type}`),
].sort();

/** Whether a quota of this name exists. */
export function isQuota(name: string): boolean {
  return quotaNames.includes(name);
}

/** What is granted before asking; `undefined` for an unknown quota, 0 for an offer that only comes by asking. */
export function quotaDefault(name: string): QuotaEntry | undefined {
  if (Object.hasOwn(named, name)) return named[name];
  if (!isQuota(name)) return undefined;
  const [kind, offer] = name.split("/") as [string, string];
  const entry = kind === "bareMetal" ? bareMetalOffers.get(offer) : instanceTypes.get(offer);
  return { scope: "organisation", default: entry?.defaultQuota ?? 0 };
}
