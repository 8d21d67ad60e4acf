/** Files with the addresses and flows of a whole organisation: their owner decides who else reads them. */
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { writeSecretFile } from "./embedded/world.ts";
import { VisibleError } from "./errors.ts";

/** Writes a whole file or nothing, with the folders to it. Throws a {@link VisibleError} where that may not be. */
export function writeOwnerFile(file: string, content: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw unwritable(file, "is a folder");
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeSecretFile(file, content);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === undefined ? undefined : reasons[code];
    if (why === undefined) throw error;
    throw unwritable(file, why);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "may not be written by you",
  EEXIST: "would be in something that is no folder",
  ENOSPC: "finds no room",
  ENOTDIR: "would be in something that is no folder",
  EROFS: "is where nothing may be written",
};

function unwritable(file: string, why: string): VisibleError {
  return new VisibleError("file-unwritable", `${file} ${why}`, "--output names a file to write.");
}
