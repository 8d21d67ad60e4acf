/** From the text of an estate's files to the estate, or to everything that is wrong with it. Pure: whoever calls it reads the files. */
import type { z } from "zod";
import { checkEstate } from "./check/check.ts";
import type { Draft, Entity } from "./draft.ts";
import type { Estate } from "./estate.ts";
import { exemptionsFile, fileProblems, kindOf, memoryFile, requiredFiles } from "./files.ts";
import { normalise } from "./normalise.ts";
import { compareText } from "./order.ts";
import type { Problem } from "./problems.ts";
import { sortProblems } from "./problems.ts";
import { access, application, backups, defaults, sites } from "./schema/application.ts";
import { organisation } from "./schema/organisation.ts";
import { hypervisors, platform } from "./schema/platform.ts";
import { shapeOf } from "./shape.ts";
import type { Source } from "./source.ts";
import { readSource } from "./source.ts";

export type ParseResult =
  | { readonly ok: true; readonly estate: Estate; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads an estate. `files` maps a path relative to the estate's folder, with `/`, to its text; only `.yaml` and `.yml` files count.
 * `today` (`YYYY-MM-DD`) refuses flows past their day; without it none is past.
 *
 * All problems at once, sorted by file and line: those of YAML and shape in every file, and those between entities among what has
 * its shape; the latter need organisation.yaml, defaults.yaml and platform.yaml, so they wait while one of these is wrong, or while there is no application. `problems`
 * holds warnings too. Never throws, whatever the text.
 */
export function parseEstate(files: ReadonlyMap<string, string>, today?: string): ParseResult {
  const names = [...files.keys()]
    .filter((file) => /\.ya?ml$/.test(file) && file !== memoryFile && file !== exemptionsFile)
    .sort(compareText);
  const reading = new Reading(files, names);
  const draft = reading.draft(today);
  const problems = [...fileProblems(names), ...reading.problems];
  if (draft !== undefined) {
    problems.push(...checkEstate(draft, (file, path, on) => reading.locate(file, path, on)));
  }
  const sorted = sortProblems(problems);
  if (draft === undefined || sorted.some(({ severity }) => severity === "error"))
    return { ok: false, problems: sorted };
  return { ok: true, estate: normalise(draft), warnings: sorted };
}

/** Files read one by one; keeps their problems and their places. */
class Reading {
  readonly problems: Problem[] = [];
  readonly #sources = new Map<string, Source>();
  readonly #unread = new Set<string>();
  readonly #files: ReadonlyMap<string, string>;
  readonly #names: readonly string[];

  constructor(files: ReadonlyMap<string, string>, names: readonly string[]) {
    this.#files = files;
    this.#names = names;
  }

  draft(today: string | undefined): Draft | undefined {
    const one = {
      organisation: this.#one("organisation.yaml", organisation),
      defaults: this.#one("defaults.yaml", defaults),
      platform: this.#one("platform.yaml", platform),
    };
    const rest = {
      access: this.#one("access.yaml", access) ?? { file: "access.yaml", value: { groups: [] } },
      backups: this.#one("backups.yaml", backups) ?? { file: "backups.yaml", value: { levels: [] } },
      sites: this.#one("sites.yaml", sites) ?? { file: "sites.yaml", value: { sites: [] } },
      applications: this.#all("applications", application),
      hypervisors: this.#all("hypervisors", hypervisors),
    };
    const hasApplications = this.#names.some((file) => kindOf(file) === "applications");
    if (
      one.organisation === undefined ||
      one.defaults === undefined ||
      one.platform === undefined ||
      !hasApplications
    )
      return undefined;
    return {
      organisation: one.organisation,
      defaults: one.defaults,
      platform: one.platform,
      ...rest,
      unread: this.#unread,
      today,
    };
  }

  locate(file: string, path: readonly (string | number)[], on: "key" | "value") {
    return this.#sources.get(file)?.locate(path, on) ?? { file, line: 1, column: 1 };
  }

  #one<T>(file: string, schema: z.ZodType<T>): Entity<T> | undefined {
    const text = this.#files.get(file);
    if (text === undefined) {
      if (requiredFiles.includes(file)) this.#unread.add(file);
      return undefined;
    }
    return this.#read(file, text, schema);
  }

  #all<T>(kind: "applications" | "hypervisors", schema: z.ZodType<T>): Entity<T>[] {
    return this.#names
      .filter((file) => kindOf(file) === kind)
      .flatMap((file) => this.#read(file, this.#files.get(file) ?? "", schema) ?? []);
  }

  #read<T>(file: string, text: string, schema: z.ZodType<T>): Entity<T> | undefined {
    const { source, problems } = readSource(file, text);
    this.problems.push(...problems);
    if (source === undefined) {
      this.#unread.add(file);
      // Its names are written somewhere in the text; any word of it may be one.
      for (const word of text.match(/[a-z][a-z0-9-]+/g) ?? []) this.#unread.add(word);
      return undefined;
    }
    this.#sources.set(file, source);
    const shape = shapeOf(source, schema);
    this.problems.push(...shape.problems);
    if (shape.problems.length === 0) return { file, value: shape.value as T };
    this.#unread.add(file);
    for (const word of wordsOf(source.value)) this.#unread.add(word);
    return undefined;
  }
}

/** Every text in a value: among them are the names that its file declares. */
function wordsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(wordsOf) : [];
}
