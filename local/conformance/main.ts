/** `npm run conformance`: how alike the simulator's answers are to those of the real API. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ToolchainError } from "../toolchain/index.ts";
import { fetchRecordings, readCassette } from "./cassettes.ts";
import { ConformanceError } from "./errors.ts";
import { keptScores, keptScoresFile, raised } from "./ratchet.ts";
import { type Grade, replay } from "./replay.ts";
import { explanation, reportOf, table } from "./report.ts";
import { namesOf } from "./sets.ts";

function readOptions() {
  try {
    return parseArgs({
      options: {
        set: { type: "string", default: "core" },
        only: { type: "string" },
        json: { type: "boolean", default: false },
        explain: { type: "boolean", default: false },
        keep: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new ConformanceError("unknown-option", (error as Error).message, [
      "Options: --set core|all, --only TEXT (recordings whose name has it), --json, --explain, --keep (raises the kept scores).",
    ]);
  }
}

async function main(): Promise<void> {
  const options = readOptions();
  const folder = await fetchRecordings(process.env);
  const replays = new Map<string, Grade[]>();
  for (const name of namesOf(options.set, folder).filter((one) => one.includes(options.only ?? ""))) {
    replays.set(name, await replay(readCassette(folder, name)));
  }
  const report = reportOf(replays);
  if (options.keep) {
    writeFileSync(keptScoresFile, `${JSON.stringify(raised(keptScores(), report.cassettes), null, 1)}\n`);
  }
  const parts = options.json
    ? [JSON.stringify(report, null, 2)]
    : [...(options.explain ? [explanation(replays)] : []), table(report)];
  process.stdout.write(`${parts.join("\n\n")}\n`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ToolchainError || error instanceof ConformanceError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
