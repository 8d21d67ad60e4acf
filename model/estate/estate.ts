/** An estate as the planner and the proof read it: parsed, checked, defaults applied, sorted by name. */
import type { z } from "zod";
import type { access, application, backups, defaults, sites } from "./schema/application.ts";
import type { ZoneKey } from "./schema/common.ts";
import type { organisation } from "./schema/organisation.ts";
import type { hypervisors, platform } from "./schema/platform.ts";

export type { ZoneKey } from "./schema/common.ts";
export { zoneKeys } from "./schema/common.ts";

/** `T` with `K` always there: a default took the place of what was not written. */
type Filled<T, K extends keyof T> = T extends unknown
  ? Omit<T, K> & { readonly [P in K]-?: Exclude<T[P], undefined> }
  : never;

type Shape = z.output<typeof application>;

export type Organisation = z.output<typeof organisation>;
export type Platform = z.output<typeof platform>;
export type Hypervisors = z.output<typeof hypervisors>;
/** `prefixLength` is that of `cidr` where one is fixed, else the network's own, else the default. */
export type Network = Filled<Shape["networks"][number], "prefixLength">;
/** `count` holds both zones; one server (or guest) in each where the estate does not say. */
export type Workload = Filled<Shape["workloads"][number], "os" | "count">;
export type Service = Filled<Shape["services"][number], "hostname">;
export type Data = Shape["data"][number];
/** A flow's `to`: a network or workload of any application, a site, or `egress`. `ports` are `443` or `1000-1010`, sorted. */
export type BaselineFlow = Omit<z.output<typeof defaults>["flows"][number], "ports"> & {
  readonly ports: readonly string[];
};
/** `from`: a network or workload of the application, or a site. */
export type Flow = BaselineFlow & { readonly from: string };
export type Defaults = Omit<z.output<typeof defaults>, "flows"> & { readonly flows: readonly BaselineFlow[] };
export type AccessGroup = z.output<typeof access>["groups"][number];
export type BackupLevel = z.output<typeof backups>["levels"][number];
export type Site = z.output<typeof sites>["sites"][number];

export type Application = Omit<
  Shape,
  "networks" | "workloads" | "services" | "data" | "flows" | "rtoMinutes"
> & {
  readonly rtoMinutes: number;
  readonly networks: readonly Network[];
  readonly workloads: readonly Workload[];
  readonly services: readonly Service[];
  readonly data: readonly Data[];
  /** Its own; baseline flows are in `Estate.defaults.flows` and hold for every network of every application. */
  readonly flows: readonly Flow[];
};

/** Servers, or guests, in each zone. */
export type CountByZone = Readonly<Record<ZoneKey, number>>;

/** One organisation's whole description. Every list is sorted by name; every reference is a name that exists. */
export interface Estate {
  readonly organisation: Organisation;
  readonly defaults: Defaults;
  readonly platform: Platform;
  readonly applications: readonly Application[];
  readonly hypervisors: readonly Hypervisors[];
  readonly accessGroups: readonly AccessGroup[];
  readonly backupLevels: readonly BackupLevel[];
  readonly sites: readonly Site[];
}
