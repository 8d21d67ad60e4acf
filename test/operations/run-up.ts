/** Runs `up` as a command of ours does, in a process that a test can kill: `run-up.ts PROJECT STACK`, environment as the workspace's. */
import { worldAt } from "../../operations/embedded/world.ts";
import { runEngine } from "../../operations/engine/engine.ts";

const [project, stack] = process.argv.slice(2) as [string, string];
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([, value]) => value !== undefined),
) as Record<string, string>;
const world = worldAt(project, { configuration: "config" });
const outcome = await runEngine({ world, environment }, "up", stack);
process.exitCode = outcome.exitCode;
