/** From what a reader types to an estate: a name of `estates/`, or a folder. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { type Estate, type ParseResult, parseEstate, renderText } from "../model/estate/index.ts";
import {
  emptyMemory,
  makePlan,
  memoryFile,
  memoryText,
  type PlanMemory,
  type PlanResult,
  parseMemory,
  renderPlanProblems,
} from "../model/plan/index.ts";
import { checkout } from "./embedded/world.ts";
import { VisibleError } from "./errors.ts";

const estates = join(checkout, "estates");

/** The folder of an estate; absolute. */
export function estateFolder(reference: string): string {
  for (const folder of [join(estates, reference), resolve(reference)]) {
    if (existsSync(join(folder, "organisation.yaml"))) return folder;
  }
  const known = existsSync(estates)
    ? readdirSync(estates, { withFileTypes: true })
        .filter((entry) => existsSync(join(estates, entry.name, "organisation.yaml")))
        .map(({ name }) => name)
        .sort()
    : [];
  throw new VisibleError(
    "estate-unknown",
    `there is no estate ${reference}: neither estates/${reference} nor the folder ${resolve(reference)} holds an organisation.yaml`,
    known.length === 0 ? undefined : `Estates of this checkout: ${known.join(", ")}`,
  );
}

/** Every YAML file that people write in an estate's folder, by its path inside it. */
export function readEstateFiles(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name) && entry.name !== memoryFile)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new Map(
    files.map((file) => [relative(folder, file).split(sep).join("/"), readFileSync(file, "utf8")]),
  );
}

/** Reads and checks an estate as of today. */
export function readEstate(folder: string): ParseResult {
  return parseEstate(readEstateFiles(folder), new Date().toISOString().slice(0, 10));
}

/** An estate that has no mistakes; throws all of them otherwise. */
export function requireEstate(reference: string): { readonly folder: string; readonly estate: Estate } {
  const folder = estateFolder(reference);
  const result = readEstate(folder);
  if (result.ok) return { folder, estate: result.estate };
  const errors = result.problems.filter(({ severity }) => severity === "error").length;
  throw new VisibleError(
    "estate-refused",
    `the estate ${reference} has ${errors} ${errors === 1 ? "mistake" : "mistakes"}\n${renderText(result.problems)}`,
    `All of them again: npx archipel check ${reference}`,
  );
}

/** Plans an estate with the memory of what was planned before, so that nothing placed moves. */
export function planEstate(folder: string, estate: Estate): PlanResult {
  return makePlan(estate, readMemory(folder));
}

/** What was planned before: `allocations.yaml` in the estate's folder, if it was ever recorded. */
export function readMemory(folder: string): PlanMemory {
  const file = join(folder, memoryFile);
  if (!existsSync(file)) return emptyMemory;
  const previous = parseMemory(readFileSync(file, "utf8"));
  if (previous.ok) return previous.memory;
  throw new VisibleError(
    "estate-refused",
    `${file} cannot be read: ${previous.message}`,
    "It is written by `archipel plan --record`: take it back from version control.",
  );
}

/** The plan of an estate; throws why there is none. */
export function requirePlan(folder: string, estate: Estate): Extract<PlanResult, { ok: true }> {
  const result = planEstate(folder, estate);
  if (result.ok) return result;
  throw new VisibleError(
    "plan-refused",
    `${estate.organisation.organisation} cannot be planned\n${renderPlanProblems(result.problems)}`,
  );
}

/** Keeps the memory of a plan in the estate's folder, for version control. Returns whether it differed. */
export function recordMemory(folder: string, memory: PlanMemory): "written" | "same" {
  const file = join(folder, memoryFile);
  const text = memoryText(memory);
  if (existsSync(file) && readFileSync(file, "utf8") === text) return "same";
  writeFileSync(file, text);
  return "written";
}
