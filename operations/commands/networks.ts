/** How commands of the proof get at a network, and how they answer. */
import type { Command } from "commander";
import type { Estate } from "../../model/estate/index.ts";
import { type Declarations, declarationsOf } from "../../model/proof/declarations.ts";
import { readNetwork } from "../../model/proof/read/index.ts";
import type { Deployment } from "../deploy.ts";
import { placeOf } from "../embedded/environment.ts";
import { openWorkspace } from "../embedded/workspace.ts";
import { worldAt } from "../embedded/world.ts";
import { readMemory, requireEstate } from "../estates.ts";
import { readStacks, type Source, sources } from "../proof/documents.ts";
import { forTerminal } from "../proof/lines.ts";
import { inSeconds, networkOfFile, type ReadNetwork } from "../proof/networks.ts";
import { Progress } from "../terminal.ts";
import { openDeployment } from "./context.ts";

export const sourceHelp =
  "states: what is deployed; preview: what an update would make of it; or a file that `prove --network` wrote";

/** Reads the estate and its network. Throws a `VisibleError` for a source that is not there. */
export async function openNetwork(reference: string, from: string): Promise<ReadNetwork> {
  const began = performance.now();
  const source = sources.find((each) => each === from);
  if (source === undefined) {
    const { folder, estate } = requireEstate(reference);
    const network = networkOfFile(from);
    return {
      estate,
      declared: declaredBy(folder, estate),
      network,
      source: from,
      seconds: { stacks: 0, read: inSeconds(performance.now() - began) },
    };
  }
  const deployment = await openFor(reference, source);
  const documents = await readStacks(deployment, source);
  const read = performance.now();
  const network = readNetwork(documents);
  const seconds = { stacks: inSeconds(read - began), read: inSeconds(performance.now() - read) };
  const { folder, estate } = deployment;
  const told = source === "preview" ? { disruptions: documents.disruptions } : {};
  return { estate, declared: declaredBy(folder, estate), network, source, ...told, seconds };
}

/** What the estate declares, with the groups' parts of the clients' addresses where they are recorded. */
export function declaredBy(folder: string, estate: Estate): Declarations {
  return declarationsOf(estate, readMemory(folder).pools);
}

/** States are read from the backend alone: neither Scaleway nor its simulation is asked. */
async function openFor(reference: string, source: Source): Promise<Deployment> {
  if (source === "preview") return openDeployment(reference);
  const { folder, estate } = requireEstate(reference);
  const world = worldAt();
  const place = placeOf(world, process.env);
  const progress = new Progress();
  const workspace = await openWorkspace(world, place, (line) => progress.line(`  ${line}`));
  return { workspace, place, folder, estate, progress };
}

/** A command on an estate with the options that all of the proof's have. */
export function proofCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument("<estate>", "a name of estates/, or a folder")
    .option("--json", "as one JSON object");
}

/** Prints an answer, and ends with 1 when it is not the one hoped for. */
export function answer<Report>(
  report: Report,
  text: (report: Report) => string,
  {
    json,
    held,
    asIs = false,
  }: {
    readonly json: true | undefined;
    readonly held: boolean;
    /** For programs, on a terminal too. */
    readonly asIs?: boolean;
  },
): void {
  const { isTTY, columns } = process.stdout;
  const shown = json
    ? JSON.stringify(report, undefined, 2)
    : forTerminal(
        text(report),
        isTTY && !asIs ? { columns, colour: process.env.NO_COLOR === undefined } : undefined,
      );
  process.stdout.write(`${shown}\n`);
  if (!held) process.exitCode = 1;
}
