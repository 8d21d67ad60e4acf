/**
 * The reviewed intent, read by the pack itself and never through the planner: a fault in one must not hide in the other.
 * The program names its estate's folder in its outputs; a program without one has no intent to be held against.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { PolicyResource } from "@pulumi/policy";
import type { Estate } from "../../model/estate/index.ts";
import { parseEstate, renderText } from "../../model/estate/index.ts";
import { bareId, ofType, read } from "./facts.ts";
import { stackType } from "./types.ts";

/** Where the program runs: packs run in their own folder, two below it. */
const root = join(import.meta.dirname, "..", "..");

const estates = new Map<string, Estate>();

/** The folder of the estate that the program deploys, undefined for a program that names none. */
export function estateFolderOf(resources: readonly PolicyResource[]): string | undefined {
  const folder = outputOf<string>(resources, "estate");
  return folder === undefined ? undefined : resolve(root, folder);
}

/** The estate in a folder, read once. */
export function estateAt(folder: string): Estate {
  const estate = estates.get(folder) ?? loadEstate(folder);
  estates.set(folder, estate);
  return estate;
}

function loadEstate(folder: string): Estate {
  const files = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".yaml")) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(relative(folder, path), readFileSync(path, "utf8"));
  }
  const parsed = parseEstate(files);
  if (parsed.ok) return parsed.estate;
  const mistakes = parsed.problems.filter(({ severity }) => severity === "error").slice(0, 5);
  const error = new Error(
    `the reviewed estate has mistakes, so nothing can be held against it: run \`archipel check ${folder}\`\n${renderText(mistakes)}`,
  );
  // The engine shows a pack's error by its stack; whoever writes an estate is helped by the message alone.
  error.stack = error.message;
  throw error;
}

/** What the program says that it consumed from other stacks, of one kind, by mnemonic key; undefined when it exports no such claim. */
export function consumedValues(
  resources: readonly PolicyResource[],
  kind: string,
): ReadonlyMap<string, string> | undefined {
  const claims = outputOf<Record<string, string>>(resources, "consumes", kind);
  return claims && new Map(Object.keys(claims).map((key) => [key, claims[key] as string]));
}

/** The same the other way round: key by id, without its locality. */
export function keysById(
  resources: readonly PolicyResource[],
  kind: string,
): ReadonlyMap<string, string> | undefined {
  const claims = consumedValues(resources, kind);
  return claims && new Map([...claims].map(([key, id]) => [bareId(id), key]));
}

/** An output of the program that is known; undefined for one that is not, or that it does not have. */
export function outputOf<T>(resources: readonly PolicyResource[], ...path: readonly string[]): T | undefined {
  const stack = ofType(resources, stackType)[0];
  if (stack === undefined) return undefined;
  const fact = read<T>(stack, ...path);
  return fact.kind === "known" ? fact.value : undefined;
}

/** The application that each private network belongs to; the platform's and hypervisors' own networks belong to none. */
export function applicationByNetwork(estate: Estate): ReadonlyMap<string, string> {
  return new Map(
    estate.applications.flatMap(({ application, networks }) =>
      networks.map(({ name }) => [name, application] as const),
    ),
  );
}

/** The trust class of each application's private networks. */
export function trustClassByNetwork(estate: Estate): ReadonlyMap<string, string> {
  return new Map(
    estate.applications.flatMap(({ networks, trustClass }) =>
      networks.map(({ name }) => [name, trustClass] as const),
    ),
  );
}
