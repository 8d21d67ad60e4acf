/** What a kill in the middle of a write leaves in a file backend: empty metadata files and drafts. */
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stateFile } from "../embedded/stacks.ts";

/**
 * Removes the torn files of a stack that nobody holds. The engine reads an empty `.attrs` file as a broken state, and does
 * without one that is missing; a draft (`.tmp`) was to be renamed, and the file that it was to replace is still whole.
 * Does nothing in other backends, whose writes are whole or not at all.
 */
export function removeTornFiles(backendUrl: string | undefined, project: string, stack: string): void {
  const state = stateFile(backendUrl, stack, project);
  if (state === undefined) return;
  const locks = join(fileURLToPath(backendUrl as string), ".pulumi", "locks", "organization", project, stack);
  for (const file of [...filesOf(dirname(state), basename(state)), ...filesOf(locks, "")]) {
    if (file.endsWith(".tmp") || (file.endsWith(".attrs") && statSync(file).size === 0)) rmSync(file);
  }
}

function filesOf(folder: string, prefix: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(folder, name));
}
