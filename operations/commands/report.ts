/** `archipel report`: an estate, its plan and its last drill on one page. */
import { join, relative, resolve } from "node:path";
import type { Command } from "commander";
import { makePlan, type Plan, type PlanMemory, renderPlanProblems } from "../../model/plan/index.ts";
import { loadEstate, StackInputError } from "../../stacks/load-estate.ts";
import { type World, worldAt } from "../embedded/world.ts";
import { VisibleError } from "../errors.ts";
import { requireEstate } from "../estates.ts";
import { writeOwnerFile } from "../owner-file.ts";
import { lastDrill, reportPage } from "../report/index.ts";

export function addReportCommand(program: Command): void {
  program
    .command("report")
    .description("zones, networks, firewalls, flows, capacity and the last drill on one HTML page")
    .argument("<estate>", "a name of estates/, or a folder")
    .option("-o, --output <file>", "where to write it; .archipel/report/<estate>.html unless said")
    .action((reference: string, options: { output?: string }) => {
      const { file, unreadable } = writeReport(worldAt(), reference, options.output);
      for (const each of unreadable) process.stderr.write(`no evidence of a drill, passed over: ${each}\n`);
      process.stdout.write(`${relative(process.cwd(), file)}\n`);
    });
}

/** Writes the page of an estate; `output` is where, relative to the working folder. Returns the file's absolute path. */
export function writeReport(
  world: World,
  reference: string,
  output?: string,
): { readonly file: string; readonly unreadable: readonly string[] } {
  const plan = planOf(reference);
  const { evidence, unreadable } = lastDrill(world.evidence, plan.estate);
  const file = resolve(output ?? join(world.home, "report", `${plan.estate}.html`));
  writeOwnerFile(file, reportPage(plan, evidence));
  return { file, unreadable };
}

function planOf(reference: string): Plan {
  const { folder, estate } = requireEstate(reference);
  const planned = makePlan(estate, memoryOf(folder));
  if (planned.ok) return planned.plan;
  const { length } = planned.problems;
  throw new VisibleError(
    "estate-refused",
    `the estate ${reference} asks for what cannot be: ${length} ${length === 1 ? "problem" : "problems"}\n${renderPlanProblems(planned.problems)}`,
  );
}

/** What earlier plans placed, kept beside the estate: the page shows the addresses that the stacks would get. */
function memoryOf(folder: string): PlanMemory {
  try {
    return loadEstate(folder).memory;
  } catch (error) {
    if (error instanceof StackInputError) throw new VisibleError("estate-refused", error.message);
    throw error;
  }
}
