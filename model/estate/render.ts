/** Problems for a reader (text) and for a program (JSON). */
import { codes } from "./codes.ts";
import type { Problem } from "./problems.ts";
import { sortProblems } from "./problems.ts";

/** Three lines a problem: place and what is wrong, what was found and what is allowed, what to do. No trailing newline. */
export function renderText(problems: readonly Problem[]): string {
  return sortProblems(problems)
    .map(({ code, severity, at, path, got, allowed, hint }) => {
      const where = `${at.file}:${at.line}:${at.column}`;
      const entry = path === "" ? "" : `${path}: `;
      return [
        `${where}: ${severity} ${code}: ${codes[code].title}`,
        `  ${entry}got ${got}; allowed: ${allowed}`,
        `  → ${hint}`,
      ].join("\n");
    })
    .join("\n");
}

/** A JSON array with a title beside each problem's own fields, two spaces, no trailing newline. */
export function renderJson(problems: readonly Problem[]): string {
  return JSON.stringify(
    sortProblems(problems).map((problem) => ({ title: codes[problem.code].title, ...problem })),
    undefined,
    2,
  );
}
