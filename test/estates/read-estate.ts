/** Estates of this folder as the parser takes them: relative paths and texts. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { memoryFile } from "../../model/estate/files.ts";

/** Day on which every test reads its estate. */
export const today = "2026-11-01";

/** What an overlay is expected to raise; the README of this folder says what each key is. */
export interface Expected {
  readonly base: string;
  readonly deleted: readonly string[];
  readonly problems: readonly { readonly code: string; readonly at: string }[];
}

/** All YAML files of an estate but what the planner remembers; `estate` is relative to this folder, e.g. `small` or `valid/harbour`. */
export function readEstate(estate: string): Map<string, string> {
  const root = join(import.meta.dirname, estate);
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && /\.ya?ml$/.test(entry.name) && entry.name !== memoryFile,
  );
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    paths.map((path) => [relative(root, path).replaceAll(sep, "/"), readFileSync(path, "utf8")]),
  );
}

/** An overlay's files over its base's, and what is expected of them. */
export function readOverlay(overlay: string): {
  readonly files: Map<string, string>;
  readonly expected: Expected;
} {
  const text = readFileSync(join(import.meta.dirname, overlay, "expected.json"), "utf8");
  const expected: Expected = {
    base: "small",
    deleted: [],
    ...(JSON.parse(text) as Partial<Expected>),
  } as Expected;
  const files = new Map([...readEstate(expected.base), ...readEstate(overlay)]);
  for (const file of expected.deleted) files.delete(file);
  return { files, expected };
}

/** Overlays in a folder, e.g. `refused`, as paths relative to this folder. */
export function overlaysIn(folder: string): string[] {
  return readdirSync(join(import.meta.dirname, folder))
    .sort()
    .map((slug) => `${folder}/${slug}`);
}
