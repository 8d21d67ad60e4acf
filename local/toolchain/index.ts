/** How the Pulumi engine and its plugins get onto a machine: the user's own, else the vendors', else built from Go modules. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import lockfile from "proper-lockfile";
import { cacheFolder } from "./cache.ts";
import { installBin, installPlugins } from "./install.ts";
import { findInstalled } from "./installed.ts";
import { allCached, obtain, type Source } from "./obtain.ts";
import { type Piece, pieces } from "./pieces.ts";

export { ToolchainError } from "./errors.ts";

/** The engine, ready to run. */
export interface Toolchain {
  /** The folder to put first on PATH: `pulumi` and this checkout's `pulumi-language-nodejs`. */
  readonly bin: string;
  readonly pulumi: string;
  /** The Node that runs programs and policy packs. */
  readonly node: string;
  readonly versions: Readonly<Record<Piece["name"], string>>;
  /** Links the plugins into a PULUMI_HOME; idempotent, a matter of milliseconds. */
  installPlugins(pulumiHome: string): Promise<void>;
}

export interface ToolchainOptions {
  /** Called with whole lines of progress; silent by default. */
  readonly report?: (line: string) => void;
  readonly environment?: NodeJS.ProcessEnv;
  /** The checkout whose `.archipel/bin` is filled. */
  readonly checkout?: string;
  /** Where a piece may come from, besides the cache; everywhere by default. */
  readonly sources?: readonly Source[];
}

const ownCheckout = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const allSources: readonly Source[] = ["installed", "vendor", "go"];
const LOCK_STALE_MILLISECONDS = 5_000;
const LOCK_TOUCH_MILLISECONDS = 1_000;
const LOCK_POLL_MILLISECONDS = 250;

/**
 * Makes sure that the engine and its plugins are there and returns where. With everything in place it takes a few milliseconds;
 * a first build about 15 minutes on 2 cores. Two calls at once wait for each other; a killed one is resumed by the next.
 * Throws ToolchainError when Go or disk is missing.
 */
export async function ensureToolchain(options: ToolchainOptions = {}): Promise<Toolchain> {
  const {
    environment = process.env,
    checkout = ownCheckout,
    sources = allSources,
    report = () => {},
  } = options;
  const cache = cacheFolder(environment);
  const installed = sources.includes("installed") ? await findInstalled(environment, checkout) : undefined;
  const binaries =
    installed ??
    allCached(cache) ??
    (await underLock(cache, report, () => obtain({ sources, environment, cache, report })));
  const bin = join(checkout, ".archipel", "bin");
  installBin(bin, binaries);
  return {
    bin,
    pulumi: join(bin, "pulumi"),
    node: process.execPath,
    versions: Object.fromEntries(pieces.map(({ name, version }) => [name, version])) as Toolchain["versions"],
    installPlugins: async (pulumiHome) => installPlugins(pulumiHome, binaries),
  };
}

/** Does the work while no other process does. A lock whose owner was killed goes stale: nobody touches it any more. */
async function underLock<T>(
  cache: string,
  report: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const folder = join(cache, "toolchain");
  mkdirSync(folder, { recursive: true });
  const release = await acquire(folder, () =>
    report("Another process is getting the Pulumi engine: waiting for it"),
  );
  try {
    return await work();
  } finally {
    // Already released when it was taken for stale, say by a machine that slept.
    await release().catch(() => undefined);
  }
}

async function acquire(folder: string, onWait: () => void): Promise<() => Promise<void>> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await lockfile.lock(folder, {
        stale: LOCK_STALE_MILLISECONDS,
        update: LOCK_TOUCH_MILLISECONDS,
        // Two builds at once are a waste, no harm: a binary appears by one rename, and the second one finds it there.
        onCompromised: () => undefined,
      });
    } catch (error) {
      if ((error as { code?: string }).code !== "ELOCKED") throw error;
    }
    if (attempt === 0) onWait();
    await delay(LOCK_POLL_MILLISECONDS);
  }
}
