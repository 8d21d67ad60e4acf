/** Every code of the measurement's errors. All are for the reader to act on: exit code 2. */
export type ConformanceCode = "recordings-missing" | "unknown-option";

/** What keeps the likeness from being measured, with what to do about it. The message is meant for the terminal. */
export class ConformanceError extends Error {
  readonly code: ConformanceCode;
  readonly exitCode = 2;

  constructor(code: ConformanceCode, what: string, whatToDo: readonly string[]) {
    super([what, ...whatToDo.map((line) => `  ${line}`)].join("\n"));
    this.name = "ConformanceError";
    this.code = code;
  }
}
