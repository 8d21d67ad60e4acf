/** From the files as written to the estate that the planner reads: defaults applied in their two levels, everything sorted. */

import type { ApplicationEntity, Draft } from "./draft.ts";
import type {
  Application,
  BaselineFlow,
  CountByZone,
  Estate,
  Flow,
  Network,
  Service,
  Workload,
} from "./estate.ts";
import { sortedBy } from "./order.ts";
import { parsePortRange } from "./ports.ts";

/** A draft without problems, as an estate. The same files give the same estate, whatever the order of their lists. */
export function normalise(draft: Draft): Estate {
  const { flows: baseline, ...defaults } = draft.defaults.value;
  const { organisation, platform } = {
    organisation: draft.organisation.value,
    platform: draft.platform.value,
  };
  return {
    organisation: {
      ...organisation,
      quotas: Object.fromEntries(sortedBy(Object.entries(organisation.quotas), ([name]) => name)),
    },
    defaults: { ...defaults, flows: sortedFlows(baseline.map(withPorts)) },
    platform: {
      ...platform,
      administrators: sortedBy(platform.administrators, ({ name }) => name),
      edgeServices: sortedBy(platform.edgeServices, ({ service }) => service),
    },
    applications: sortedBy(
      draft.applications.map((entity) => applicationOf(entity, draft)),
      ({ application }) => application,
    ),
    hypervisors: sortedBy(
      draft.hypervisors.map(({ value }) => value),
      ({ hypervisors }) => hypervisors,
    ),
    accessGroups: sortedBy(draft.access.value.groups, ({ name }) => name).map((group) => ({
      ...group,
      applications: sortedBy(group.applications, (name) => name),
    })),
    backupLevels: sortedBy(draft.backups.value.levels, ({ name }) => name),
    sites: sortedBy(draft.sites.value.sites, ({ name }) => name),
  };
}

/** Members of a workload that says nothing: one in each zone. */
export const oneInEachZone: CountByZone = { "par-1": 1, "par-2": 1 };

function applicationOf({ value }: ApplicationEntity, draft: Draft): Application {
  const defaults = draft.defaults.value;
  const onlyNetwork = value.networks[0]?.name ?? "";
  return {
    ...value,
    rtoMinutes: value.rtoMinutes ?? defaults.rtoMinutes[value.criticality],
    networks: sortedBy(
      value.networks.map(
        (network): Network => ({
          ...network,
          prefixLength: lengthOf(network.cidr) ?? network.prefixLength ?? defaults.prefixLength,
        }),
      ),
      ({ name }) => name,
    ),
    workloads: sortedBy(
      value.workloads.map(
        (workload): Workload => ({
          ...workload,
          os: workload.os ?? defaults.os,
          count: workload.count ?? oneInEachZone,
        }),
      ),
      ({ name }) => name,
    ),
    services: sortedBy(
      value.services.map((service): Service => ({ ...service, hostname: service.hostname ?? service.name })),
      ({ name }) => name,
    ),
    data: sortedBy(value.data, ({ name }) => name),
    flows: sortedFlows(
      value.flows.map((flow): Flow => ({ ...withPorts(flow), from: flow.from ?? onlyNetwork })),
    ),
  };
}

function lengthOf(cidr: string | undefined): number | undefined {
  return cidr === undefined ? undefined : Number(cidr.split("/")[1]);
}

function withPorts<T extends { readonly ports: readonly (number | string)[] }>(
  flow: T,
): Omit<T, "ports"> & { readonly ports: readonly string[] } {
  const ranges = flow.ports.map(parsePortRange).sort((a, b) => a.first - b.first || a.last - b.last);
  const texts = ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  return { ...flow, ports: [...new Set(texts)] };
}

function sortedFlows<T extends BaselineFlow & { readonly from?: string }>(flows: readonly T[]): T[] {
  return sortedBy(flows, ({ from, to, protocol, ports }) =>
    [from ?? "", to, protocol, ports.join(",")].join("\u0000"),
  );
}
