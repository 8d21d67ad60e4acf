/** How commands of the proof get at a network, and how they answer. */
import type { Command } from "commander";
import { readNetwork } from "../../model/proof/read/index.ts";
import type { Deployment } from "../deploy.ts";
import { placeOf } from "../embedded/environment.ts";
import { requireSimulator } from "../embedded/simulator-process.ts";
import { openWorkspace } from "../embedded/workspace.ts";
import { worldAt } from "../embedded/world.ts";
import { requireEstate } from "../estates.ts";
import { readStacks } from "../proof/documents.ts";
import { forTerminal } from "../proof/lines.ts";
import { liveNetworkOf } from "../proof/live.ts";
import { declaredBy, inSeconds, networkOfFile, type ReadNetwork } from "../proof/networks.ts";
import { Progress } from "../terminal.ts";
import { openDeployment } from "./context.ts";

export const sourceHelp =
  "states: what is deployed; preview: what an update would make of it; api: what Scaleway lists now, by whoever's hand; or a file that `prove --network` wrote";

const sources = ["states", "preview", "api"] as const;
type Source = (typeof sources)[number];

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
  return source === "api" ? liveNetworkOf(deployment) : networkOfStacks(deployment, source);
}

async function networkOfStacks(deployment: Deployment, source: "states" | "preview"): Promise<ReadNetwork> {
  const began = performance.now();
  const documents = await readStacks(deployment, source);
  const read = performance.now();
  const network = readNetwork(documents);
  const seconds = { stacks: inSeconds(read - began), read: inSeconds(performance.now() - read) };
  const { folder, estate } = deployment;
  const told = source === "preview" ? { disruptions: documents.disruptions } : {};
  return { estate, declared: declaredBy(folder, estate), network, source, ...told, seconds };
}

/** States are read from the backend alone: neither Scaleway nor its simulation is asked. */
async function openFor(reference: string, source: Source): Promise<Deployment> {
  if (source === "preview") return openDeployment(reference);
  const { folder, estate } = requireEstate(reference);
  const world = worldAt();
  const place = placeOf(world, process.env);
  if (source === "api" && place === "embedded") await requireSimulator(world);
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
