/** `archipel diff`: what passes after a change and did not before, and the other way round. */
import { type Command, Option } from "commander";
import { diffNetworks, diffText } from "../proof/diff.ts";
import { diffMarkdown } from "../proof/markdown.ts";
import { answer, openNetwork, proofCommand, sourceHelp } from "./networks.ts";

interface Options {
  readonly json?: true;
  readonly from: string;
  readonly to: string;
  readonly format?: string;
}

export function addDiffCommand(program: Command): void {
  proofCommand(
    program,
    "diff",
    "flows that a change opens, widens, narrows and closes, and the declarations that approve them",
  )
    .option("--from <source>", sourceHelp, "states")
    .option("--to <source>", "the same", "preview")
    .addOption(new Option("--format <format>", "for a merge request").choices(["markdown"]).conflicts("json"))
    .action(async (reference: string, { json, from, to, format }: Options) => {
      const before = await openNetwork(reference, from);
      const report = diffNetworks(before, await openNetwork(reference, to));
      answer(report, format === undefined ? diffText : diffMarkdown, {
        json,
        held: report.held,
        asIs: format !== undefined,
      });
    });
}
