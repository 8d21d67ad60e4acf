/** `archipel prove`: that nothing is open which nobody declared, as deployed or as the next update would leave it. */
import type { Command } from "commander";
import { placeOf } from "../embedded/environment.ts";
import { openWorkspace } from "../embedded/workspace.ts";
import { worldAt } from "../embedded/world.ts";
import { VisibleError } from "../errors.ts";
import { requireEstate } from "../estates.ts";
import { readStacks, type Source, sources } from "../proof/documents.ts";
import { lossOf } from "../proof/losses.ts";
import { proveDocuments } from "../proof/prove.ts";
import type { ProofReport } from "../proof/report.ts";
import { proofText } from "../proof/text.ts";
import { Progress } from "../terminal.ts";
import { openDeployment } from "./context.ts";

interface Options {
  readonly json?: true;
  readonly from: string;
  readonly lose?: string;
}

export function addProveCommand(program: Command): void {
  program
    .command("prove")
    .description("that nothing is open which the estate does not declare, and that what it declares passes")
    .argument("<estate>", "a name of estates/, or a folder")
    .option("--json", "as one JSON object")
    .option("--from <source>", "states: what is deployed; preview: what an update would make of it", "states")
    .option("--lose <what>", "par-1, par-2, or a member of a pair, firewall:NAME: what holds without it")
    .action(async (reference: string, options: Options) => {
      const report = await prove(reference, options);
      process.stdout.write(`${options.json ? JSON.stringify(report, undefined, 2) : proofText(report)}\n`);
      // Nothing undetermined is taken for held.
      if (!report.held) process.exitCode = 1;
    });
}

async function prove(reference: string, options: Options): Promise<ProofReport> {
  const source = sourceOf(options.from);
  const loss = options.lose === undefined ? undefined : lossOf(options.lose);
  const began = performance.now();
  const deployment = source === "preview" ? await openDeployment(reference) : await openStates(reference);
  const documents = await readStacks(deployment, source);
  const stacks = Math.round(performance.now() - began) / 1000;
  return proveDocuments({ estate: deployment.estate, source, documents, stacks, loss });
}

/** States are read from the backend alone: neither Scaleway nor its simulation is asked. */
async function openStates(reference: string) {
  const { folder, estate } = requireEstate(reference);
  const world = worldAt();
  const place = placeOf(world, process.env);
  const progress = new Progress();
  const workspace = await openWorkspace(world, place, (line) => progress.line(`  ${line}`));
  return { workspace, place, folder, estate, progress };
}

function sourceOf(text: string): Source {
  const source = sources.find((each) => each === text);
  if (source !== undefined) return source;
  throw new VisibleError(
    "source-unknown",
    `a network is not read from ${text}`,
    `Sources: ${sources.join(", ")}`,
  );
}
