import type { Grade } from "./replay.ts";

export interface Score {
  readonly exchanges: number;
  readonly ok: number;
}

/** What `--json` prints. */
export interface Report extends Score {
  /** Of all exchanges of the set, in hundredths of a percent downwards. */
  readonly percent: number;
  readonly cassettes: Readonly<Record<string, Score>>;
}

/** Scores of replays. Every exchange counts. */
export function reportOf(replays: ReadonlyMap<string, readonly Grade[]>): Report {
  const cassettes = Object.fromEntries(
    [...replays].map(([name, grades]) => [
      name,
      { exchanges: grades.length, ok: grades.filter(({ differences }) => differences.length === 0).length },
    ]),
  );
  const sum = (of: (score: Score) => number) =>
    Object.values(cassettes).reduce((total, score) => total + of(score), 0);
  const [exchanges, ok] = [sum((score) => score.exchanges), sum((score) => score.ok)];
  return { exchanges, ok, percent: Math.floor((ok / Math.max(exchanges, 1)) * 10_000) / 100, cassettes };
}

function share({ exchanges, ok }: Score): number {
  return exchanges === 0 ? 1 : ok / exchanges;
}

/** The table for the terminal, the worst recordings first. */
export function table({ cassettes, exchanges, ok, percent }: Report): string {
  const rows = Object.entries(cassettes)
    .sort(([, a], [, b]) => share(a) - share(b))
    .map(
      ([name, score]) => `${String(score.ok).padStart(5)} of ${String(score.exchanges).padStart(4)}  ${name}`,
    );
  return [...rows, `${ok} of ${exchanges} answers are alike: ${percent} %`].join("\n");
}

/** Endpoints by how many of their answers are unlike, each with its reasons by how often they occur. */
export function explanation(replays: ReadonlyMap<string, readonly Grade[]>, most = 40): string {
  const byEndpoint = new Map<
    string,
    { count: number; reasons: Map<string, { count: number; seen: string }> }
  >();
  for (const [name, grades] of replays) {
    for (const { endpoint, index, differences } of grades) {
      if (differences.length === 0) continue;
      const row = byEndpoint.get(endpoint) ?? { count: 0, reasons: new Map() };
      byEndpoint.set(endpoint, row);
      row.count++;
      for (const { what, path, recorded, simulated } of differences) {
        const reason = `${what} ${path}: ${recorded || "nothing"}, here ${simulated || "nothing"}`;
        const known = row.reasons.get(reason) ?? { count: 0, seen: `${name} ${index}` };
        row.reasons.set(reason, { ...known, count: known.count + 1 });
      }
    }
  }
  return [...byEndpoint]
    .sort(([, a], [, b]) => b.count - a.count)
    .slice(0, most)
    .flatMap(([endpoint, { count, reasons }]) => [
      `${String(count).padStart(5)}  ${endpoint}`,
      ...[...reasons]
        .sort(([, a], [, b]) => b.count - a.count)
        .slice(0, 8)
        .map(([reason, { count: times, seen }]) => `       ${times} × ${reason} (${seen})`),
    ])
    .join("\n");
}
