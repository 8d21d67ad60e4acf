/** An estate as the planner and the proof read it: parsed, checked, defaults applied, sorted by name. */
import type { z } from "zod";
import type { access, application, backups, defaults, flow, sites } from "./schema/application.ts";
import type { organisation } from "./schema/organisation.ts";
import type { hypervisors, platform } from "./schema/platform.ts";

export type { ZoneKey } from "./schema/common.ts";
export { zoneKeys } from "./schema/common.ts";

export type Organisation = z.output<typeof organisation>;
export type Platform = z.output<typeof platform>;
export type Hypervisors = z.output<typeof hypervisors>;
export type Application = z.output<typeof application>;
export type Workload = Application["workloads"][number];
export type Service = Application["services"][number];
export type Flow = z.output<typeof flow>;
export type Defaults = z.output<typeof defaults>;
export type AccessGroup = z.output<typeof access>["groups"][number];
export type BackupLevel = z.output<typeof backups>["levels"][number];
export type Site = z.output<typeof sites>["sites"][number];

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
