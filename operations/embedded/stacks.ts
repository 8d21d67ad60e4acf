/** The stacks of an estate in a backend, and the configuration that the embedded world generates for them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import { pulumi, type Workspace } from "../engine/engine.ts";
import { exclusively, type World } from "./world.ts";

export const project = "archipel";

/** The file that a stack's configuration is generated into. */
export function configurationFile(world: World, stack: string): string {
  return join(world.configuration, `Pulumi.${stack}.yaml`);
}

/** The state file of a stack in a file backend; undefined in any other. */
export function stateFile(
  backendUrl: string | undefined,
  stack: string,
  projectName = project,
): string | undefined {
  if (!backendUrl?.startsWith("file://")) return undefined;
  return join(fileURLToPath(backendUrl), ".pulumi", "stacks", projectName, `${stack}.json`);
}

interface Configuration {
  encryptionsalt?: string;
  config?: Record<string, unknown>;
}

/**
 * Makes a stack of the embedded world unless it exists, and sets its configuration. What is not given stays as it is.
 * `pulumi` writes a salt of its own into the file, which is why these files are generated and not committed.
 */
export async function ensureStack(
  workspace: Workspace,
  stack: string,
  config: Readonly<Record<string, string>>,
  projectName: string = project,
): Promise<void> {
  const { world, environment } = workspace;
  const state = stateFile(environment.PULUMI_BACKEND_URL, stack, projectName);
  // One at a time: `stack init` twice is refused.
  await exclusively(world, "stacks", async () => {
    if (state === undefined || !existsSync(state)) {
      await pulumi(workspace, ["stack", "init", stack, "--no-select"]);
    }
    configure(world, stack, config);
  });
}

/** Sets keys of a stack's generated configuration; leaves the file untouched if nothing changes. */
export function configure(world: World, stack: string, config: Readonly<Record<string, string>>): void {
  const file = configurationFile(world, stack);
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const kept = (parse(before) ?? {}) as Configuration;
  const after = stringify({ ...kept, config: { ...kept.config, ...config } }, { lineWidth: 0 });
  if (after === before) return;
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.draft`;
  writeFileSync(draft, after);
  renameSync(draft, file);
}

/** One value of a stack's configuration. */
export function configured(world: World, stack: string, key: string): string | undefined {
  const file = configurationFile(world, stack);
  if (!existsSync(file)) return undefined;
  const value = ((parse(readFileSync(file, "utf8")) ?? {}) as Configuration).config?.[key];
  return value === undefined ? undefined : String(value);
}

/** How a stack's configuration names an estate's folder: relative to the project where it lies inside, so that a checkout can move. */
export function estatePath(world: World, folder: string): string {
  const path = relative(world.project, folder);
  return path.startsWith("..") ? folder : path;
}

/** Removes the generated configuration of every embedded stack. */
export function removeStacks(world: World): void {
  if (!existsSync(world.configuration)) return;
  for (const name of readdirSync(world.configuration)) {
    if (/^Pulumi\..+\.yaml$/.test(name)) rmSync(join(world.configuration, name));
  }
}
