/** A program as policies judge it: its resources, the reviewed estate it says it deploys, and the day. */
import type { PolicyResource } from "@pulumi/policy";
import type { Estate, ZoneKey } from "../../model/estate/index.ts";
import { zoneKeys } from "../../model/estate/index.ts";
import { estateAt, estateFolderOf } from "./estate.ts";
import { ofType } from "./facts.ts";
import { stackType } from "./types.ts";
import { type Settings, settingsOfRun } from "./written.ts";

export interface Program {
  readonly resources: readonly PolicyResource[];
  /** Undefined for a program that names none: only what holds for any program is asked of it. */
  readonly estate: Estate | undefined;
  readonly estateFolder: string | undefined;
  /** The engine's name of the stack, e.g. `guadeloupe.par-1`. */
  readonly stack: string | undefined;
  /** `YYYY-MM-DD`, by the clock of the machine that runs the pack. */
  readonly today: string;
  readonly settings: Settings;
}

export function programOf(resources: readonly PolicyResource[]): Program {
  const estateFolder = estateFolderOf(resources);
  return {
    resources,
    estateFolder,
    estate: estateFolder === undefined ? undefined : estateAt(estateFolder),
    stack: stackOf(resources),
    today: new Date().toISOString().slice(0, 10),
    settings: settingsOfRun(),
  };
}

/** Its name is in every URN: `urn:pulumi:<stack>::<project>::<type>::<name>`. */
function stackOf(resources: readonly PolicyResource[]): string | undefined {
  const urn = (ofType(resources, stackType)[0] ?? resources[0])?.urn;
  return /^urn:pulumi:(.*?)::/.exec(urn ?? "")?.[1];
}

/** The part of the estate that a stack is: `par-1` of `guadeloupe.par-1`; undefined for a name of another form. */
export function partOf({ stack }: Pick<Program, "stack">): string | undefined {
  const dot = stack?.lastIndexOf(".") ?? -1;
  return dot === -1 ? undefined : stack?.slice(dot + 1);
}

/** The zone that a stack holds the servers of. */
export function zoneKeyOf(program: Pick<Program, "stack">): ZoneKey | undefined {
  return zoneKeys.find((key) => key === partOf(program));
}

/** What concerns the estate as a whole is judged once, with the stack that all others build on; a stack of another name stands alone. */
export function judgesWholeEstate(program: Pick<Program, "stack">): boolean {
  const part = partOf(program);
  return part === undefined || part === "foundation";
}
