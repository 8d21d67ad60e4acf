/** `archipel diff`: what passes after a change and did not before, and the other way round. */
import { type Command, Option } from "commander";
import { VisibleError } from "../errors.ts";
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
    .addOption(new Option("--format <format>", "markdown: for a merge request").conflicts("json"))
    .action(async (reference: string, { json, from, to, format }: Options) => {
      if (format !== undefined && format !== "markdown")
        throw new VisibleError(
          "format-unknown",
          `a difference is not written as ${format}`,
          "Formats: markdown",
        );
      const before = await openNetwork(reference, from);
      const report = diffNetworks(before, await openNetwork(reference, to));
      answer(report, format === undefined ? diffText : diffMarkdown, { json, held: report.held });
    });
}
