/** `archipel env` and `archipel local …`: the embedded world. */
import { rmSync } from "node:fs";
import type { Command } from "commander";
import { ensureToolchain } from "../../local/toolchain/index.ts";
import { ensureCredentials } from "../embedded/credentials.ts";
import { embeddedVariables, exportLines, searchPath } from "../embedded/environment.ts";
import { simulatorControl } from "../embedded/simulator-control.ts";
import {
  requireSimulator,
  simulatorStatus,
  startSimulator,
  stopSimulator,
} from "../embedded/simulator-process.ts";
import { removeStacks } from "../embedded/stacks.ts";
import { exclusively, worldAt } from "../embedded/world.ts";
import { VisibleError } from "../errors.ts";
import { orphans } from "../recover/orphans.ts";

export function addWorldCommands(program: Command): void {
  program
    .command("env")
    .description(
      'print the embedded world\'s variables: eval "$(npx archipel env)" points pulumi and any Scaleway client at it',
    )
    .action(async () => {
      const world = worldAt();
      const tools = await ensureToolchain({ report: (line) => process.stderr.write(`${line}\n`) });
      const credentials = await exclusively(world, "credentials", () => ensureCredentials(world));
      await tools.installPlugins(world.pulumiHome);
      const variables = { ...embeddedVariables(world, credentials), PATH: searchPath(tools, process.env) };
      process.stdout.write(`${exportLines(variables)}\n`);
      if ((await simulatorStatus(world)).state === "stopped") {
        process.stderr.write("The simulated Scaleway is not running: npx archipel local start\n");
      }
    });

  const local = program.command("local").description("the simulated Scaleway of this checkout");

  local
    .command("start")
    .description("start it, with the state that it had")
    .action(async () => {
      const { url, started } = await startSimulator(worldAt());
      process.stdout.write(`${started === "now" ? "started" : "already running"} at ${url}\n`);
    });

  local
    .command("stop")
    .description("stop it; its state stays")
    .action(async () => {
      process.stdout.write(`${await stopSimulator(worldAt())}\n`);
    });

  local
    .command("status")
    .description("whether it runs, what it holds, which zones are lost")
    .option("--json", "as JSON")
    .action(async (options: { json?: true }) => {
      const status = await simulatorStatus(worldAt());
      if (options.json) process.stdout.write(`${JSON.stringify(status, undefined, 2)}\n`);
      else if (status.state === "stopped") process.stdout.write("stopped\n");
      else {
        const { resources, lostZones } = status.detail;
        const count = Object.values(resources).reduce((sum, each) => sum + each, 0);
        const lost =
          lostZones.length === 0 ? "no zone lost" : `lost: ${lostZones.map(({ zone }) => zone).join(", ")}`;
        process.stdout.write(
          `running at ${status.url}, process ${status.pid}, ${count} resources, ${lost}\n`,
        );
      }
    });

  local
    .command("reset")
    .description("stop it and throw away its state, and the embedded stacks with it")
    .option("--yes", "without asking")
    .action(async (options: { yes?: true }) => {
      const world = worldAt();
      if (options.yes === undefined && !process.stdin.isTTY) {
        throw new VisibleError(
          "world-in-use",
          "reset throws away the simulated Scaleway and the embedded stacks",
          "Say that you mean it: npx archipel local reset --yes",
        );
      }
      if (options.yes === undefined && !(await confirmed())) return;
      await reset(world);
      process.stdout.write("the embedded world is empty\n");
    });

  local
    .command("log")
    .description("every API call and every change on a host, oldest first")
    .option("--json", "one JSON object a line")
    .option("--after <sequence>", "only what came after", "0")
    .action(async (options: { json?: true; after: string }) => {
      const world = worldAt();
      const url = await requireSimulator(world);
      const { controlToken } = await ensureCredentials(world);
      for await (const entry of simulatorControl(url, controlToken).log(Number(options.after) || 0)) {
        process.stdout.write(`${options.json ? JSON.stringify(entry) : describeEntry(entry)}\n`);
      }
    });
}

type Entry = Awaited<ReturnType<ReturnType<ReturnType<typeof simulatorControl>["log"]>["next"]>>["value"];

function describeEntry(entry: NonNullable<Entry>): string {
  const head = `${entry.sequence} ${entry.time}`;
  if (entry.type === "call")
    return `${head} ${entry.method} ${entry.path} ${entry.status === 0 ? "no answer" : entry.status}`;
  if (entry.type === "host") {
    // Whole texts are for programs: `--json` has them.
    const { document: _rules, content: _file, ...detail } = entry.detail;
    return `${head} ${entry.name} ${entry.kind} ${JSON.stringify(detail)}`;
  }
  return `${head} ${entry.action} ${entry.locality}`;
}

/** Throws away the simulator's state and the stacks that described it; keys and logs stay. */
async function reset(world: ReturnType<typeof worldAt>): Promise<void> {
  if (orphans(world).length > 0) {
    throw new VisibleError(
      "world-in-use",
      "a killed run left processes of this world behind",
      "Put it right first: npx archipel recover STACK",
    );
  }
  await stopSimulator(world);
  for (const folder of [world.simulator, world.backend]) rmSync(folder, { recursive: true, force: true });
  removeStacks(world);
}

async function confirmed(): Promise<boolean> {
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(
    "Throw away the simulated Scaleway and the embedded stacks? (yes/no) ",
  );
  terminal.close();
  return answer.trim() === "yes";
}
