/** `archipel up|preview|destroy|recover`. */
import type { Command } from "commander";
import { describe, describeRecovery, describeSteps, type Operation } from "../deploy.ts";
import { placeOf } from "../embedded/environment.ts";
import { requireSimulator } from "../embedded/simulator-process.ts";
import { openWorkspace } from "../embedded/workspace.ts";
import { worldAt } from "../embedded/world.ts";
import { recover } from "../recover/recover.ts";
import { runOperation } from "./context.ts";

const operations: readonly { readonly name: Operation; readonly description: string }[] = [
  { name: "up", description: "deploy an estate: all its stacks in order, under the policy packs" },
  { name: "preview", description: "what an `up` would change, and whether the policies allow it" },
  { name: "destroy", description: "take an estate down, last stack first" },
];

export function addDeployCommands(program: Command): void {
  for (const { name, description } of operations) {
    program
      .command(name)
      .description(description)
      .argument("<estate>", "a name of estates/, or a folder")
      .option("-s, --stack <stack>", "one stack only: foundation, par-1, par-2, witness, edge or dr")
      .action(async (estate: string, options: { stack?: string }) => {
        const outcomes = await runOperation(estate, name, options.stack);
        for (const outcome of outcomes) {
          process.stdout.write(`${outcome.stack}: ${describe(outcome)}\n`);
          if (name !== "preview" || outcome.steps.length === 0) continue;
          process.stdout.write(`  ${describeSteps(outcome, 40).replaceAll("; ", "\n  ")}\n`);
        }
      });
  }

  program
    .command("recover")
    .description(
      "put a stack right after its run was killed: dead locks, pending operations, orphaned plugins",
    )
    .argument("<stack>", "name of the stack, such as guadeloupe.par-1")
    .action(async (stack: string) => {
      const world = worldAt();
      const place = placeOf(world, process.env);
      if (place === "embedded") await requireSimulator(world);
      const workspace = await openWorkspace(world, place, (line) => process.stderr.write(`${line}\n`));
      process.stdout.write(`${describeRecovery(await recover(workspace, stack))}\n`);
    });
}
