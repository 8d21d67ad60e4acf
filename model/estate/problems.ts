/** What may be wrong with an estate, as data: a code, a place, what was found, what is allowed and what to do. */
import type { ProblemCode } from "./codes.ts";
import { codes } from "./codes.ts";
import { compareText } from "./order.ts";

/** Line and column count from 1, as editors do. A problem of a whole file is at 1:1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One mistake in an estate. `error` refuses the estate, `warning` does not. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: "error" | "warning";
  readonly at: Position;
  /** Path inside the file, e.g. `flows[2].ports[0]`; empty for the whole file. */
  readonly path: string;
  /** What was found, as one short line. */
  readonly got: string;
  readonly allowed: string;
  /** What to do. */
  readonly hint: string;
}

/** A path inside a file: keys and list indexes, from the top. */
export type Path = readonly (string | number)[];

/** What a check says; the catalogue of codes says the rest unless a check knows better. */
export interface Finding {
  readonly got: unknown;
  readonly allowed?: string;
  readonly hint?: string;
}

/** Makes a problem of a finding: texts of the catalogue where the finding has none of its own. */
export function problemOf(code: ProblemCode, at: Position, path: Path, finding: Finding): Problem {
  const entry = codes[code];
  return {
    code,
    severity: entry.severity,
    at,
    path: pathText(path),
    got: valueText(finding.got),
    allowed: finding.allowed ?? entry.allowed,
    hint: finding.hint ?? entry.hint,
  };
}

/** By file, line, column, code, then path: the order in which a reader goes through the files. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) =>
      compareText(a.at.file, b.at.file) ||
      a.at.line - b.at.line ||
      a.at.column - b.at.column ||
      compareText(a.code, b.code) ||
      compareText(a.path, b.path),
  );
}

function pathText(path: Path): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}

/** Longest value quoted in a problem: a whole document in place of a word must not flood the screen. */
const longestValue = 80;

function valueText(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  const line = text.replace(/\s+/g, " ");
  return line.length > longestValue ? `${line.slice(0, longestValue - 1)}…` : line;
}
