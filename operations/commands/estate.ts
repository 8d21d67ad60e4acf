/** `archipel check` and `archipel plan`: what an estate says and what becomes of it, without deploying anything. */
import type { Command } from "commander";
import { type Estate, renderJson, renderText } from "../../model/estate/index.ts";
import { memoryFile } from "../../model/plan/index.ts";
import { VisibleError } from "../errors.ts";
import { estateFolder, readEstate, recordMemory, requireEstate, requirePlan } from "../estates.ts";
import { planData, planText } from "../plan-text.ts";

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

  program
    .command("plan")
    .description("what an estate becomes: servers, firewalls and why no fewer, quotas, capacity, cost")
    .argument("<estate>", "a name of estates/, or a folder")
    .option("--json", "as one JSON object")
    .option(
      "--legs <count>",
      "private networks that a bare-metal server may have, in place of what is granted",
    )
    .option(
      "--record",
      "keep what was placed where in the estate's allocations.yaml, so that later plans move nothing",
    )
    .action((reference: string, options: { json?: true; legs?: string; record?: true }) => {
      const { folder, estate } = requireEstate(reference);
      const { plan, memory } = requirePlan(
        folder,
        options.legs === undefined ? estate : withLegs(estate, Number(options.legs)),
      );
      process.stdout.write(
        `${options.json ? JSON.stringify(planData(plan), undefined, 2) : planText(plan)}\n`,
      );
      if (options.record) process.stderr.write(`${memoryFile}: ${recordMemory(folder, memory)}\n`);
    });
}

/** The estate as it would be with another limit of legs. */
function withLegs(estate: Estate, legs: number): Estate {
  if (!Number.isInteger(legs) || legs < 1) {
    throw new VisibleError(
      "number-unknown",
      "--legs takes a whole number above 0",
      "Scaleway grants 8, or 20 by exception.",
    );
  }
  const { organisation } = estate;
  return {
    ...estate,
    organisation: { ...organisation, quotas: { ...organisation.quotas, privateNetworksPerBareMetal: legs } },
  };
}
