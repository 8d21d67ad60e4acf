/** From what a reader types to an estate: a name of `estates/`, or a folder. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { type Estate, type ParseResult, parseEstate, renderText } from "../model/estate/index.ts";
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

/** Every YAML file of an estate's folder, by its path inside it. */
export function readEstateFiles(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
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
