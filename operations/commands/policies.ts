/** `archipel policies`: every policy of the packs, with what it is tried on. */
import type { Command } from "commander";
import { cases } from "../../policies/catalogue/cases.ts";
import { entryOf, type PackName, type PolicyName, packNames, packs } from "../../policies/catalogue/index.ts";

interface PolicyRow {
  readonly pack: PackName;
  readonly name: PolicyName;
  readonly severity: string;
  /** Changes of a good program that it is tried on, each of which trips it. */
  readonly mutants: number;
  /** Small programs that it is tried on: those that hold, that do not, that it does not concern, that a preview does not know. */
  readonly cases: number;
}

export function addPoliciesCommand(program: Command): void {
  program
    .command("policies")
    .description("every policy of the packs, its severity, and what it is tried on")
    .option("--json", "as a JSON array")
    .action((options: { json?: true }) => {
      const rows = policyRows();
      process.stdout.write(options.json ? `${JSON.stringify(rows, undefined, 2)}\n` : policiesText(rows));
    });
}

export function policyRows(): readonly PolicyRow[] {
  return packNames.flatMap((pack) =>
    (Object.keys(packs[pack]) as PolicyName[]).map((name) => ({
      pack,
      name,
      severity: entryOf(name).severity ?? "medium",
      mutants: Object.keys(entryOf(name).mutants).length,
      cases: cases[name],
    })),
  );
}

function policiesText(rows: readonly PolicyRow[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map(
    ({ pack, name, severity }) =>
      `${pack.padEnd(13)} ${name.padEnd(width)}  ${severity.padEnd(8)}  ${entryOf(name).what}`,
  );
  return `${[...lines, `${rows.length} policies`].join("\n")}\n`;
}
