/** Every code of the toolchain's errors. All are for the reader to act on: exit code 2. */
export type ToolchainCode = "go-missing" | "go-too-old" | "disk-full" | "build-failed";

/** What keeps the toolchain from being there, with what to do about it. The message is meant for the terminal. */
export class ToolchainError extends Error {
  readonly code: ToolchainCode;
  readonly exitCode: 1 | 2;

  constructor(code: ToolchainCode, what: string, whatToDo: readonly string[]) {
    super([what, ...whatToDo.map((line) => `  ${line}`)].join("\n"));
    this.name = "ToolchainError";
    this.code = code;
    this.exitCode = code === "build-failed" ? 1 : 2;
  }
}
