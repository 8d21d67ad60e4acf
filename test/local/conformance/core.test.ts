/** The simulator held against what the real API answered; with Go's module cache, or a Go module proxy, at hand. */
import { describe, expect, it } from "vitest";
import { fetchRecordings, readCassette, recordingsOf } from "../../../local/conformance/cassettes.ts";
import { fallen, keptScores } from "../../../local/conformance/ratchet.ts";
import { type Grade, replay } from "../../../local/conformance/replay.ts";
import { type Report, reportOf } from "../../../local/conformance/report.ts";
import { coreSet, services } from "../../../local/conformance/sets.ts";
import { ToolchainError } from "../../../local/toolchain/index.ts";
import { permuted } from "./permute.ts";

/** The recordings' folder; undefined where there is no Go to fetch them with. */
const folder = await fetchRecordings(process.env).catch((error: unknown) => {
  if (error instanceof ToolchainError) return undefined;
  throw error;
});

async function replayCore(change = (cassette: ReturnType<typeof readCassette>) => cassette): Promise<Report> {
  const replays = new Map<string, Grade[]>();
  for (const name of coreSet()) {
    replays.set(name, await replay(change(readCassette(folder as string, name))));
  }
  return reportOf(replays);
}

describe.skipIf(folder === undefined)("the simulator beside the recorded API (needs Go)", () => {
  it("answers the core set no less alike than it did, and not by its ids, names or orders", async () => {
    const report = await replayCore();
    expect(report.exchanges).toBe(1328);
    expect(fallen(keptScores(), report.cassettes)).toEqual([]);
    const other = await replayCore(permuted);
    expect(other.cassettes).toEqual(report.cassettes);
  });

  it("has all recordings of the services in scope", () => {
    const names = recordingsOf(folder as string, services);
    expect(names).toHaveLength(659);
    expect(names).toEqual(expect.arrayContaining(coreSet()));
  });
});
