/** Where the estate's names live: workloads, networks, and who talks to whom before there are addresses. */
import type { Application, Estate, Workload } from "../estate/estate.ts";

/** What a flow's end names. `site`: another place, beyond the VPN. */
export type Endpoint =
  | { readonly kind: "network"; readonly network: string }
  | { readonly kind: "workload"; readonly network: string; readonly workload: Workload }
  | { readonly kind: "site"; readonly network: "vpn"; readonly prefixes: readonly string[] };

/** Resolves names of an estate. A workload wins over a network of the same name: the narrower meaning. */
export interface Directory {
  readonly endpoint: (name: string) => Endpoint;
  readonly workload: (name: string) => { readonly workload: Workload; readonly application: Application };
}

export function directoryOf(estate: Estate): Directory {
  const workloads = new Map(
    estate.applications.flatMap((application) =>
      application.workloads.map((workload) => [workload.name, { workload, application }] as const),
    ),
  );
  const sites = new Map(estate.sites.map(({ name, prefixes }) => [name, prefixes]));
  return {
    endpoint: (name) => {
      const found = workloads.get(name)?.workload;
      if (found !== undefined) return { kind: "workload", network: found.network, workload: found };
      const prefixes = sites.get(name);
      if (prefixes !== undefined) return { kind: "site", network: "vpn", prefixes };
      return { kind: "network", network: name };
    },
    workload: (name) => {
      const found = workloads.get(name);
      if (found === undefined) throw new Error(`workload ${name} is not in the estate: parse it first`);
      return found;
    },
  };
}

/** One network sends to another. */
export interface Conversation {
  readonly from: string;
  readonly to: string;
}

/** Networks that the baseline flows hold for: applications', hypervisors', and the proxies', which must log and keep time as well. */
export function baselineSources(estate: Estate): string[] {
  const { proxies, loadBalancer } = estate.platform;
  return [
    ...estate.applications.flatMap(({ networks }) => networks.map(({ name }) => name)),
    ...estate.hypervisors.map(({ network }) => network),
    ...(proxies === undefined || loadBalancer === undefined ? [] : ["ingress"]),
  ];
}

/** Who talks to whom, network by network; one line a declared flow, exposure or baseline flow. */
export function conversationsOf(estate: Estate, directory: Directory): Conversation[] {
  const networkOf = (name: string): string => directory.endpoint(name).network;
  const lines = estate.applications.flatMap((application) => [
    ...application.flows.map(({ from, to }) => ({ from: networkOf(from), to: networkOf(to) })),
    ...application.services.flatMap(({ workload, exposure }): Conversation[] => {
      const to = networkOf(workload);
      if (exposure === "public") return [{ from: "ingress", to }];
      return exposure === "vpn" ? [{ from: "vpn", to }] : [];
    }),
  ]);
  const baseline = baselineSources(estate).flatMap((from) =>
    estate.defaults.flows.map(({ to }) => ({ from, to: networkOf(to) })),
  );
  return [...lines, ...baseline].filter(({ from, to }) => from !== to);
}
