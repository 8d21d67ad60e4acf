/** The edge where an estate's files are read; all that follows is pure. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { emptyMemory, memoryFile, type PlanMemory, parseMemory } from "../model/plan/index.ts";

/** A mistake of whoever runs the stack; the message is for them and is shown without a stack trace. */
export class StackInputError extends Error {
  override readonly name = "StackInputError";
}

/** An estate as it lies on disk. */
export interface EstateFiles {
  /** What people wrote: path relative to the folder, with `/` → text of each YAML file. */
  readonly files: ReadonlyMap<string, string>;
  /** What the plan before remembered, so that nothing that is placed moves. */
  readonly memory: PlanMemory;
}

/** Reads an estate's folder. Throws {@link StackInputError} when there is none, or when its memory cannot be read. */
export function loadEstate(folder: string): EstateFiles {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new StackInputError(
      [
        `STACK-003: there is no estate at ${folder}.`,
        "  allowed: a folder with organisation.yaml in it, relative to Pulumi.yaml or absolute",
        "  → pulumi config set archipel:estate estates/<name>",
      ].join("\n"),
    );
  }
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.ya?ml$/.test(file) && statSync(join(folder, file)).isFile())
    .map((file) => join(folder, file))
    .sort();
  const files = new Map(
    paths.map((file) => [relative(folder, file).split(sep).join("/"), readFileSync(file, "utf8")]),
  );
  const memory = memoryOf(folder, files.get(memoryFile));
  files.delete(memoryFile);
  return { files, memory };
}

function memoryOf(folder: string, text: string | undefined): PlanMemory {
  if (text === undefined) return emptyMemory;
  const read = parseMemory(text);
  if (read.ok) return read.memory;
  throw new StackInputError(
    [
      `STACK-009: ${join(folder, memoryFile)} cannot be read: ${read.message}`,
      "  allowed: what the planner wrote",
      "  → restore the file from version control; without it, addresses that exist would move",
    ].join("\n"),
  );
}
