/**
 * What a command says when it cannot go on: a code to look up, what happened, where, and what to do. No stack trace:
 * anything else that is thrown is a fault of ours and is shown as one.
 */

import { ToolchainError } from "../local/toolchain/errors.ts";
import { type Code, codes } from "./error-codes.ts";

/** An error whose text is meant for the person at the terminal. */
export class VisibleError extends Error {
  readonly code: Code;
  /** What to do next; a command to type where there is one. */
  readonly hint: string | undefined;

  constructor(code: Code, what: string, hint?: string) {
    super(what);
    this.name = "VisibleError";
    this.code = code;
    this.hint = hint;
  }

  get exitCode(): 1 | 2 {
    return codes[this.code].blame === "user" ? 2 : 1;
  }
}

/** The lines printed for an error, and the exit code of the process. */
export function describeError(error: unknown): { readonly text: string; readonly exitCode: 1 | 2 } {
  if (error instanceof VisibleError) {
    const hint = error.hint === undefined ? "" : `\n  ${error.hint}`;
    return { text: `${error.code}: ${error.message}${hint}`, exitCode: error.exitCode };
  }
  if (error instanceof ToolchainError)
    return { text: `${error.code}: ${error.message}`, exitCode: error.exitCode };
  const message = error instanceof Error ? error.message : String(error);
  return { text: `unexpected: ${message}\n  Set ARCHIPEL_TRACE=1 to see where it comes from.`, exitCode: 1 };
}

/** Waits until all have ended, and throws what failed of them only then: what is said of one is not followed by another's progress. */
export async function allEnded<Result>(running: readonly Promise<Result>[]): Promise<readonly Result[]> {
  const ended = await Promise.allSettled(running);
  const failures = ended.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
  if (failures.length > 0) throw joinedErrors(failures);
  return ended.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}

/** Of several failures one to throw: all that is meant for the reader, or the first where one of them is a fault of ours. */
function joinedErrors(failures: readonly unknown[]): unknown {
  const visible = failures.filter((failure) => failure instanceof VisibleError);
  const [first] = failures;
  if (failures.length === 1 || visible.length !== failures.length) return first;
  const [lead] = visible as [VisibleError, ...VisibleError[]];
  return new VisibleError(
    lead.code,
    visible.map(({ message }) => message).join("\n"),
    visible
      .map(({ hint }) => hint)
      .filter(Boolean)
      .join(" "),
  );
}
