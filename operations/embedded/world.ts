/**
 * The embedded world: everything that a checkout needs to run without an account, in one folder that git ignores.
 * Two checkouts have two worlds and run side by side.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { lock } from "proper-lockfile";

/** The folder that holds the sources. */
export const checkout = resolve(import.meta.dirname, "../..");

/** Where everything of one world lies. Absolute paths. */
export interface World {
  /** Folder of Pulumi.yaml. */
  readonly project: string;
  /** `.archipel`: all that is generated, but the stacks' configuration. */
  readonly home: string;
  /** Generated `Pulumi.<stack>.yaml` files. */
  readonly configuration: string;
  readonly pulumiHome: string;
  readonly backend: string;
  readonly simulator: string;
  readonly credentials: string;
  readonly passphrase: string;
  readonly sshKey: string;
  readonly logs: string;
  readonly evidence: string;
}

/**
 * The world of a project folder. `configuration` is the project's `stackConfigDir`; it and `home` default to those of a
 * checkout.
 */
export function worldAt(
  project: string = checkout,
  places: { readonly home?: string; readonly configuration?: string } = {},
): World {
  const root = resolve(project);
  const home = resolve(root, places.home ?? ".archipel");
  return {
    project: root,
    home,
    configuration: resolve(root, places.configuration ?? "stacks/config"),
    pulumiHome: join(home, "pulumi-home"),
    backend: join(home, "backend"),
    simulator: join(home, "simulator"),
    credentials: join(home, "credentials.json"),
    passphrase: join(home, "passphrase"),
    sshKey: join(home, "ssh", "operator"),
    logs: join(home, "logs"),
    evidence: join(home, "evidence"),
  };
}

/** Makes the world's folders; only their owner may look inside, since they hold keys. */
export function makeFolders(world: World): void {
  mkdirSync(world.home, { recursive: true, mode: 0o700 });
  for (const folder of [
    world.pulumiHome,
    world.backend,
    world.simulator,
    dirname(world.sshKey),
    world.logs,
    world.evidence,
  ]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  mkdirSync(world.configuration, { recursive: true });
}

/** Runs `work` while no other process of this world runs work under the same name. Waits at most a minute. */
export async function exclusively<T>(world: World, name: string, work: () => Promise<T>): Promise<T> {
  makeFolders(world);
  const release = await lock(world.home, {
    lockfilePath: join(world.home, `${name}.lock`),
    stale: 15_000,
    retries: { retries: 120, minTimeout: 100, maxTimeout: 500 },
  });
  try {
    return await work();
  } finally {
    await release();
  }
}

/** Writes a file that only its owner may read, whole or not at all. */
export function writeSecretFile(path: string, content: string): void {
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, content, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}

export function readJson<T>(path: string): T | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as T) : undefined;
}
