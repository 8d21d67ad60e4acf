/** What an estate declares, by name: what references are looked up in. */
import type { ApplicationEntity, Draft, HypervisorsEntity } from "../draft.ts";

type Application = ApplicationEntity["value"];

export interface DeclaredNetwork {
  readonly name: string;
  /** The application whose it is; none for hypervisors' own. */
  readonly owner: ApplicationEntity | undefined;
}

export interface DeclaredWorkload {
  readonly owner: ApplicationEntity;
  readonly workload: Application["workloads"][number];
}

export interface DeclaredService {
  readonly owner: ApplicationEntity;
  readonly service: Application["services"][number];
}

/** The first declaration of each name; a second one is reported by the check of names. */
export interface Register {
  readonly networks: ReadonlyMap<string, DeclaredNetwork>;
  readonly workloads: ReadonlyMap<string, DeclaredWorkload>;
  readonly services: ReadonlyMap<string, DeclaredService>;
  readonly applications: ReadonlyMap<string, ApplicationEntity>;
  readonly hypervisors: ReadonlyMap<string, HypervisorsEntity>;
  readonly levels: ReadonlyMap<string, Draft["backups"]["value"]["levels"][number]>;
  readonly sites: ReadonlySet<string>;
}

export function registerOf(draft: Draft): Register {
  const { applications } = draft;
  return {
    networks: firstOf<DeclaredNetwork>([
      ...applications.flatMap((owner) =>
        owner.value.networks.map(({ name }) => [name, { name, owner }] as const),
      ),
      ...draft.hypervisors.map(
        ({ value }) => [value.network, { name: value.network, owner: undefined }] as const,
      ),
    ]),
    workloads: firstOf(
      applications.flatMap((owner) =>
        owner.value.workloads.map((workload) => [workload.name, { owner, workload }] as const),
      ),
    ),
    services: firstOf(
      applications.flatMap((owner) =>
        owner.value.services.map((service) => [service.name, { owner, service }] as const),
      ),
    ),
    applications: firstOf(applications.map((entity) => [entity.value.application, entity] as const)),
    hypervisors: firstOf(draft.hypervisors.map((entity) => [entity.value.hypervisors, entity] as const)),
    levels: firstOf(draft.backups.value.levels.map((level) => [level.name, level] as const)),
    sites: new Set(draft.sites.value.sites.map(({ name }) => name)),
  };
}

function firstOf<T>(entries: readonly (readonly [string, T])[]): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const [name, value] of entries) if (!map.has(name)) map.set(name, value);
  return map;
}

/** Networks that carry the platform itself; the plan makes them, an estate only names `egress` as a flow's target. */
export const platformNetworks: readonly string[] = ["transit", "admin", "ingress", "egress", "vpn"];
