import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { type Piece, pieces, pluginFolder, plugins } from "./pieces.ts";

/** The executables of each piece, wherever they came from. */
export type Binaries = ReadonlyMap<Piece["name"], string>;

/** The first executable of that name on PATH whose real place is not inside `except`. */
export function findOnPath(name: string, environment: NodeJS.ProcessEnv, except: string): string | undefined {
  for (const folder of (environment.PATH ?? "").split(delimiter)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (!realpathSync(file).startsWith(`${except}/`)) return file;
    } catch {
      // Not here, or not ours to run.
    }
  }
  return undefined;
}

/** `v3.251.1` fits `3.250.0`: same major version, and nothing older than what the SDK was made for. */
export function fits(found: string, wanted: string): boolean {
  const [foundMajor = 0, foundMinor = 0] = numbers(found);
  const [wantedMajor = 0, wantedMinor = 0] = numbers(wanted);
  return foundMajor === wantedMajor && foundMinor >= wantedMinor;
}

function numbers(version: string): readonly number[] {
  return version.trim().replace(/^v/, "").split(".").map(Number);
}

/**
 * A Pulumi that the user installed, with every plugin in the versions that package.json asks for; undefined when any of it is
 * missing. `checkout`'s own shims and links do not count.
 */
export async function findInstalled(
  environment: NodeJS.ProcessEnv,
  checkout: string,
): Promise<Binaries | undefined> {
  const home = environment.PULUMI_HOME ?? join(environment.HOME ?? homedir(), ".pulumi");
  if (home.startsWith(`${checkout}/`)) return undefined;
  const found = new Map<Piece["name"], string>();
  for (const piece of plugins) {
    const binary = join(home, "plugins", pluginFolder(piece), piece.binary);
    if (!existsSync(binary)) return undefined;
    found.set(piece.name, binary);
  }
  const pulumi = findOnPath("pulumi", environment, checkout);
  if (pulumi === undefined) return undefined;
  const version = await execa(pulumi, ["version"], { reject: false, timeout: 10_000 });
  const wanted = pieces.find(({ name }) => name === "pulumi")?.version ?? "";
  if (version.exitCode !== 0 || !fits(version.stdout, wanted)) return undefined;
  return found.set("pulumi", realpathSync(pulumi));
}
