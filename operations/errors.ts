/**
 * What a command says when it cannot go on: a code to look up, what happened, where, and what to do. No stack trace:
 * anything else that is thrown is a fault of ours and is shown as one.
 */

import { ToolchainError } from "../local/toolchain/errors.ts";

/** Whose turn it is: the reader's (exit code 2) or the machinery's (exit code 1). */
export type Blame = "user" | "failure";

/** Every code of the commands, with the person who can act on it. */
export const codes = {
  "estate-unknown": "user",
  "estate-refused": "user",
  "plan-refused": "user",
  "stack-unknown": "user",
  "stack-in-use": "user",
  "stack-not-up": "user",
  "zone-unknown": "user",
  "loss-unknown": "user",
  "log-missing": "user",
  "number-unknown": "user",
  "source-unknown": "user",
  "document-unreadable": "user",
  "end-unknown": "user",
  "service-unknown": "user",
  "application-unknown": "user",
  "simulator-not-running": "user",
  "world-in-use": "user",
  "account-only": "user",
  "engine-failed": "failure",
  "policy-failed": "failure",
  "policy-undetermined": "failure",
  "preview-not-clean": "failure",
  "simulator-failed": "failure",
  "api-refused": "failure",
  "api-unreachable": "failure",
  "recovery-ambiguous": "failure",
  "failover-refused": "failure",
  "drill-failed": "failure",
} as const satisfies Readonly<Record<string, Blame>>;

export type Code = keyof typeof codes;

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
    return codes[this.code] === "user" ? 2 : 1;
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
