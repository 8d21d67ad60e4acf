/** What the plan takes of each quota of Scaleway's, against what is granted and what is given before anybody asks. */
import { quotaDefault } from "../estate/catalogue.ts";
import type { Estate } from "../estate/estate.ts";
import type { Layout } from "./layout.ts";
import type { DrPlan, EdgePlan, FoundationPlan, QuotaRow } from "./plan.ts";
import type { PlanProblem } from "./plan-problems.ts";

export interface QuotaDemand {
  readonly layout: Layout;
  readonly foundation: FoundationPlan;
  readonly edge: EdgePlan;
  readonly dr: DrPlan;
}

export function quotasOf(demand: QuotaDemand): {
  readonly rows: readonly QuotaRow[];
  readonly problems: readonly PlanProblem[];
} {
  const { estate } = demand.layout;
  const rows = Object.entries(needs(demand))
    .filter(([, needed]) => needed > 0)
    .map(([quota, needed]) => rowOf(estate, quota, needed))
    .sort((a, b) => (a.quota < b.quota ? -1 : 1));
  return { rows, problems: rows.filter(({ verdict }) => verdict === "missing").map(problemOf) };
}

function rowOf(estate: Estate, quota: string, needed: number): QuotaRow {
  const entry = quotaDefault(quota);
  const granted = estate.organisation.quotas[quota];
  const inForce = granted ?? entry?.default ?? 0;
  return {
    quota,
    scope: entry?.scope ?? "organisation",
    needed,
    default: entry?.default,
    granted,
    verdict: needed > inForce ? "missing" : granted === undefined ? "within default" : "granted",
  };
}

function problemOf({ quota, scope, needed, default: usual, granted }: QuotaRow): PlanProblem {
  const inForce = granted ?? usual ?? 0;
  return {
    code: "PLAN-002",
    where: `organisation.yaml quotas.${quota}`,
    got: `${needed} needed`,
    allowed: granted === undefined ? `${inForce} by default` : `${inForce} granted`,
    because: `this plan takes ${needed} for each ${scope}, ${needed - inForce} more than Scaleway lets it`,
    hint: `have the quota raised by Scaleway's support, then write ${quota}: ${needed} (or more) under quotas`,
  };
}

const most = (counts: Iterable<number>): number => Math.max(0, ...counts);

function tally<T>(items: Iterable<T>, key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}

function needs({ layout, foundation, edge, dr }: QuotaDemand): Record<string, number> {
  const { servers } = layout.inventory;
  const bareMetal = servers.filter(({ kind }) => kind === "bare-metal");
  const instances = servers.filter(({ kind }) => kind === "instance");
  const legsOf = (list: typeof servers): number =>
    most(list.map(({ networks, bridged }) => networks.length + bridged.length));
  const perNetwork = (list: typeof servers): number =>
    most(
      Object.values(
        tally(
          list.flatMap(({ networks, bridged }) => [...networks, ...bridged]),
          (network) => network,
        ),
      ),
    );
  const addresses = tally(foundation.publicAddresses, ({ kind }) => kind);
  const data = layout.estate.applications.flatMap((application) => application.data);
  return {
    privateNetworksPerBareMetal: legsOf(bareMetal),
    privateNetworksPerInstance: legsOf(instances),
    privateNetworksPerLoadBalancer: addresses["load-balancer"] === undefined ? 0 : 1,
    privateNetworksPerGateway: 1,
    privateNetworksPerVpc: most(Object.values(tally(foundation.privateNetworks, ({ vpc }) => vpc))),
    privateNetworks: foundation.privateNetworks.length,
    vpcs: foundation.vpcs.length,
    // Each list of each VPC is one default policy that drops, without a rule.
    aclRulesPerVpc: 0,
    instancesPerPrivateNetwork: perNetwork(instances),
    bareMetalPerPrivateNetwork: perNetwork(bareMetal),
    instanceIps: addresses.instance ?? 0,
    securityGroups: instances.length,
    securityRules: most(instances.map(({ publicAddress }) => (publicAddress === undefined ? 0 : 2))),
    publicGateways: addresses.gateway ?? 0,
    loadBalancers: addresses["load-balancer"] ?? 0,
    edgeServicesPipelines: edge.pipelines.length,
    dnsZones: 1,
    dnsRecordsPerZone: dr.records.length,
    projects: 1,
    apiKeys: foundation.identity.applications.length,
    iamApplications: foundation.identity.applications.length,
    iamPolicies: foundation.identity.applications.length,
    // The deployment adds its own to people's.
    sshKeys: foundation.identity.sshKeys.length + 1,
    buckets: data.filter(({ kind }) => kind === "bucket").length,
    blockVolumes: instances.length,
    ...prefixed(
      "bareMetal",
      tally(bareMetal, ({ offer }) => offer),
    ),
    ...prefixed(
      "instances",
      tally(instances, ({ offer }) => offer),
    ),
  };
}

function prefixed(prefix: string, counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([key, count]) => [`${prefix}/${key}`, count]));
}
