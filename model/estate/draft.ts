/** The files of an estate once each has its shape, in the order and at the places in which they are written: what checks read. */
import type { z } from "zod";
import type { ProblemCode } from "./codes.ts";
import type { Finding, Path } from "./problems.ts";
import type { access, application, backups, defaults, sites } from "./schema/application.ts";
import type { organisation } from "./schema/organisation.ts";
import type { hypervisors, platform } from "./schema/platform.ts";

/** A value and the file it came from; paths of problems start at the value. */
export interface Entity<T> {
  readonly file: string;
  readonly value: T;
}

export type ApplicationEntity = Entity<z.output<typeof application>>;
export type HypervisorsEntity = Entity<z.output<typeof hypervisors>>;

/** What parsed. Lists are in the order of file names, and inside them in the order written. */
export interface Draft {
  readonly organisation: Entity<z.output<typeof organisation>>;
  readonly defaults: Entity<z.output<typeof defaults>>;
  readonly platform: Entity<z.output<typeof platform>>;
  readonly access: Entity<z.output<typeof access>>;
  readonly backups: Entity<z.output<typeof backups>>;
  readonly sites: Entity<z.output<typeof sites>>;
  readonly applications: readonly ApplicationEntity[];
  readonly hypervisors: readonly HypervisorsEntity[];
  /**
   * Names found in files that did not parse. A reference to one of them is not called undefined, and nothing is called unused
   * when there are any: one mistake must not raise a crowd.
   */
  readonly unread: ReadonlySet<string>;
  /** Day on which the estate is read, `YYYY-MM-DD`; without one, nothing is past. */
  readonly today: string | undefined;
}

/** How a check reports: the code, the file, where in it, and what it found. `on: "key"` points at the key, not at its value. */
export type Report = (
  code: ProblemCode,
  file: string,
  path: Path,
  finding: Finding,
  on?: "key" | "value",
) => void;

/** One family of checks. It reports all that it finds and stops at nothing. */
export type Check = (draft: Draft, report: Report) => void;
