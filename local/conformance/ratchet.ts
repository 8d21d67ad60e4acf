/** Scores that were reached once. Likeness may rise, and does not fall. */
import { readFileSync } from "node:fs";
import type { Score } from "./report.ts";

export const keptScoresFile = new URL("scores.json", import.meta.url);

/** Answers alike by recording, as kept. */
export type KeptScores = Readonly<Record<string, number>>;

export function keptScores(): KeptScores {
  return JSON.parse(readFileSync(keptScoresFile, "utf8")) as KeptScores;
}

/** Kept scores with those that are higher now, sorted by name. */
export function raised(kept: KeptScores, scores: Readonly<Record<string, Score>>): KeptScores {
  const next: Record<string, number> = { ...kept };
  for (const [name, { ok }] of Object.entries(scores)) next[name] = Math.max(ok, kept[name] ?? 0);
  return Object.fromEntries(Object.entries(next).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Recordings whose score fell below the kept one, and recordings that none is kept of. */
export function fallen(kept: KeptScores, scores: Readonly<Record<string, Score>>): string[] {
  return Object.entries(scores).flatMap(([name, { ok }]) => {
    const least = kept[name];
    if (least === undefined) return [`${name}: no score is kept; run npm run conformance -- --keep`];
    return ok < least ? [`${name}: ${ok} answers are alike, ${least} were`] : [];
  });
}
