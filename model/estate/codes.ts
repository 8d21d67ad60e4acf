/**
 * Every problem that an estate may have: area and number, never used again for something else once released.
 * `docs/errors.md` lists them all; a test keeps the two alike and finds a refused estate for each.
 */
import { addressing } from "./codes/addressing.ts";
import type { CodeEntry } from "./codes/entry.ts";
import { files } from "./codes/files.ts";
import { naming } from "./codes/naming.ts";
import { permissions } from "./codes/permissions.ts";
import { placement } from "./codes/placement.ts";

export type { CodeEntry } from "./codes/entry.ts";

const all = { ...files, ...naming, ...permissions, ...placement, ...addressing };

export type ProblemCode = keyof typeof all;

/** By code. */
export const codes: Readonly<Record<ProblemCode, CodeEntry>> = all;
