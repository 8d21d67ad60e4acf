/** `npx pulumi …`: the real engine with the tools it needs, on the embedded world unless the environment says otherwise. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { parseStackName } from "../stacks/stack-names.ts";
import { placeOf } from "./embedded/environment.ts";
import { requireSimulator } from "./embedded/simulator-process.ts";
import { ensureStack, estatePath } from "./embedded/stacks.ts";
import { openWorkspace } from "./embedded/workspace.ts";
import { worldAt } from "./embedded/world.ts";
import type { Workspace } from "./engine/engine.ts";
import { newMarker } from "./engine/marker.ts";
import { describeError, VisibleError } from "./errors.ts";
import { estateFolder } from "./estates.ts";

/** Commands that call Scaleway. Others, `stack ls` or `version`, work without the simulator. */
const calling = new Set([
  "up",
  "update",
  "preview",
  "pre",
  "destroy",
  "down",
  "dn",
  "refresh",
  "import",
  "watch",
]);

/** The value of `-s` or `--stack`, in any of the forms that the engine takes. */
export function stackArgument(args: readonly string[]): string | undefined {
  for (const [index, argument] of args.entries()) {
    if (argument === "-s" || argument === "--stack") return args[index + 1];
    const match = /^(?:--stack=|-s=?)(.+)$/.exec(argument);
    if (match) return match[1];
  }
  return undefined;
}

/** An embedded stack that is named for the first time is made, so that a first `preview` works from a fresh clone. */
async function makeStack(workspace: Workspace, name: string): Promise<void> {
  // `organization/archipel/guadeloupe.par-1` names the same stack as its last part.
  const parsed = parseStackName(name.split("/").at(-1) as string);
  if (parsed === undefined) return;
  try {
    await ensureStack(workspace, name, {
      "archipel:estate": estatePath(workspace.world, estateFolder(parsed.estate)),
    });
  } catch (error) {
    // A stack of an estate that lies elsewhere was made by `archipel up`; the engine says if it was not.
    if (!(error instanceof VisibleError && error.code === "estate-unknown")) throw error;
  }
}

async function main(args: readonly string[]): Promise<number> {
  const world = worldAt();
  const place = placeOf(world, process.env);
  const workspace = await openWorkspace(world, place, (line) => process.stderr.write(`${line}\n`));
  const command = args.find((argument) => !argument.startsWith("-"));
  if (place === "embedded" && command !== undefined && calling.has(command) && !args.includes("--help")) {
    await requireSimulator(world);
    const stack = stackArgument(args);
    if (stack !== undefined) await makeStack(workspace, stack);
  }
  return run(args, { ...workspace.environment, ...newMarker(world) });
}

/** Runs the engine in place of this process: same terminal, signals and exit code. */
function run(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", args, { stdio: "inherit", env: environment });
    // A terminal sends Ctrl-C to the engine itself; a second one would make it stop without cleaning up.
    process.on("SIGINT", () => (process.stdin.isTTY ? undefined : child.kill("SIGINT")));
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 1 : constants.signals[signal])),
    );
  });
}

if (import.meta.main) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    const { text, exitCode } = describeError(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = exitCode;
  }
}
