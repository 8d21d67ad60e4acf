import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Binaries } from "./installed.ts";
import { pluginFolder, plugins } from "./pieces.ts";

const languageHost = fileURLToPath(new URL("language-host/main.ts", import.meta.url));

/** Puts a file in place by one rename, so that a run that starts at the same moment sees the old one or the new one. */
function replace(target: string, make: (temporary: string) => void): void {
  mkdirSync(dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  make(temporary);
  renameSync(temporary, target);
}

function sameFile(one: string, other: string): boolean {
  try {
    const [a, b] = [statSync(one), statSync(other)];
    return (a.ino === b.ino && a.dev === b.dev) || (a.size === b.size && a.mtimeMs >= b.mtimeMs);
  } catch {
    return false;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function readLink(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * Fills a checkout's `bin` with the engine and a launcher of this checkout's language host. The engine is linked hard or copied:
 * it looks for its language host beside its own real place and warns about one found elsewhere.
 */
export function installBin(bin: string, binaries: Binaries): void {
  const engine = binaries.get("pulumi") as string;
  const pulumi = join(bin, "pulumi");
  if (!sameFile(pulumi, engine)) {
    replace(pulumi, (temporary) => {
      try {
        linkSync(engine, temporary);
      } catch {
        copyFileSync(engine, temporary);
      }
    });
  }
  const launcher = `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(languageHost)} "$@"\n`;
  const host = join(bin, "pulumi-language-nodejs");
  if (readText(host) !== launcher) {
    replace(host, (temporary) => {
      writeFileSync(temporary, launcher);
      chmodSync(temporary, 0o755);
    });
  }
}

/** Links the plugins into a PULUMI_HOME. The folders are real ones: the engine overlooks plugin folders that are links. */
export function installPlugins(pulumiHome: string, binaries: Binaries): void {
  for (const piece of plugins) {
    const binary = binaries.get(piece.name) as string;
    const link = join(pulumiHome, "plugins", pluginFolder(piece), piece.binary);
    if (readLink(link) !== binary) replace(link, (temporary) => symlinkSync(binary, temporary));
  }
}
