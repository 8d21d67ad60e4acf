/** `archipel check` and `archipel plan`: what an estate says and what becomes of it, without deploying anything. */
import type { Command } from "commander";
import { renderJson, renderText } from "../../model/estate/index.ts";
import { estateFolder, readEstate } from "../estates.ts";

export function addEstateCommands(program: Command): void {
  program
    .command("check")
    .description("everything that is wrong with an estate, with what to do")
    .argument("<estate>", "a name of estates/, or a folder")
    .option("--json", "problems as a JSON array")
    .action((reference: string, options: { json?: true }) => {
      const result = readEstate(estateFolder(reference));
      const problems = result.ok ? result.warnings : result.problems;
      if (options.json) process.stdout.write(`${renderJson(problems)}\n`);
      else {
        if (problems.length > 0) process.stdout.write(`${renderText(problems)}\n`);
        const errors = problems.filter(({ severity }) => severity === "error").length;
        process.stdout.write(
          `${errors} ${errors === 1 ? "mistake" : "mistakes"}, ${problems.length - errors} warnings\n`,
        );
      }
      if (!result.ok) process.exitCode = 2;
    });
}
