/** `archipel lint`: rules and routes that are wrong, useless or about to be. */
import type { Command } from "commander";
import { lintNetwork, lintText } from "../proof/lint.ts";
import { answer, openNetwork, proofCommand, sourceHelp } from "./networks.ts";

interface Options {
  readonly json?: true;
  readonly from: string;
}

export function addLintCommand(program: Command): void {
  proofCommand(
    program,
    "lint",
    "shadowed and useless rules, open filters, bridges, routes round firewalls, declarations past their day",
  )
    .option("--from <source>", sourceHelp, "states")
    .action(async (reference: string, { json, from }: Options) => {
      const today = new Date().toISOString().slice(0, 10);
      const report = lintNetwork(await openNetwork(reference, from), today);
      answer(report, lintText, { json, held: report.held });
    });
}
