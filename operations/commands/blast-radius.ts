/** `archipel blast-radius`: what a lost application reaches. */
import type { Command } from "commander";
import { blastRadiusOf, blastRadiusText } from "../proof/blast-radius.ts";
import { answer, openNetwork, proofCommand, sourceHelp } from "./networks.ts";

interface Options {
  readonly json?: true;
  readonly from: string;
}

export function addBlastRadiusCommand(program: Command): void {
  proofCommand(
    program,
    "blast-radius",
    "what a lost application reaches: directly, through hypervisors, by steps, and the internet",
  )
    .argument("<application>", "its name in the estate")
    .option("--from <source>", sourceHelp, "states")
    .action(async (reference: string, application: string, options: Options) => {
      const report = blastRadiusOf(await openNetwork(reference, options.from), application);
      answer(report, blastRadiusText, { json: options.json, held: report.held });
    });
}
