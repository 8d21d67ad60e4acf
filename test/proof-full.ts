/**
 * `npm run proof:full`: the proof judged at full size, of which `npm test` runs about a tenth. A line for each judge with its counts, and
 * exit code 1 when one of them disagrees. Takes about an hour and a quarter on 2 cores. `-- --only oracle` runs one of them, `--seed N` begins elsewhere.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const root = join(import.meta.dirname, "..");

interface Judge {
  readonly name: string;
  readonly file: string;
  readonly counts: Readonly<Record<string, string>>;
}

const { values } = parseArgs({
  options: { only: { type: "string" }, seed: { type: "string", default: "1" } },
});

const judges: readonly Judge[] = [
  {
    name: "oracle",
    file: "test/model/proof/oracle.test.ts",
    counts: { PROOF_NETWORKS: "10000", PROOF_SEED: values.seed },
  },
  { name: "laws", file: "test/model/proof/laws.test.ts", counts: {} },
  { name: "failures", file: "test/model/proof/failures.test.ts", counts: { PROOF_FAILURES: "all" } },
  {
    name: "mutants",
    file: "test/model/proof/mutation.test.ts",
    counts: { MUTANTS: "1300", MUTANTS_SEED: values.seed },
  },
  {
    name: "instants",
    file: "test/instants.engine.test.ts",
    counts: { INSTANT_CHANGES: "50", INSTANT_SEED: values.seed },
  },
  { name: "kernel", file: "test/local/lab/judge.test.ts", counts: { PROOF_FLOWS: "1000" } },
  {
    name: "rulesets",
    file: "test/local/lab/rulesets.test.ts",
    counts: { PROOF_RULESETS: "100", PROOF_SEED: values.seed },
  },
];

function isHeld({ file, counts }: Judge, figures: string): boolean {
  const { status } = spawnSync(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "run", "--reporter=default", file],
    { cwd: root, stdio: "inherit", env: { ...process.env, ...counts, PROOF_FIGURES: figures } },
  );
  return status === 0;
}

const chosen = judges.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0) throw new Error(`judges: ${judges.map(({ name }) => name).join(", ")}`);
const folder = mkdtempSync(join(tmpdir(), "archipel-proof-"));
const found = chosen.map((judge) => {
  const began = performance.now();
  const figures = join(folder, judge.name);
  const held = existsSync(join(root, judge.file)) && isHeld(judge, figures);
  const seconds = Math.round((performance.now() - began) / 1000);
  const counts = Object.entries(judge.counts).map(([name, value]) => `${name}=${value}`);
  const told = existsSync(figures) ? readFileSync(figures, "utf8").trimEnd().split("\n") : [];
  const verdict = `${judge.name}: ${held ? "agrees" : "DISAGREES"}, ${[...counts, `${seconds} s`].join(", ")}`;
  return { held, lines: [...told.map((line) => `${judge.name}: ${line}`), verdict] };
});
rmSync(folder, { recursive: true, force: true });
for (const { lines } of found) process.stdout.write(`${lines.join("\n")}\n`);
process.exitCode = found.every(({ held }) => held) ? 0 : 1;
