/** What is said of a policy, in one place: for the engine's diagnostics, for `archipel policies` and for docs/controls.md. */
import type { Severity } from "@pulumi/policy";
import type { ControlId } from "./controls.ts";

/**
 * How much of a point a policy shows. `full`: all that the point asks of a configuration; `partial`: some of it; `evidence only`: what a
 * person declares, which no resource can contradict.
 */
export type Coverage = "full" | "partial" | "evidence only";

export interface Entry {
  readonly severity: Severity;
  /** One sentence: what must hold. */
  readonly what: string;
  /** What breaks otherwise. */
  readonly why: string;
  readonly remediation: string;
  /** Points of the texts that it speaks for; none where those read say nothing that it shows. */
  readonly controls: Readonly<Partial<Record<ControlId, Coverage>>>;
  /** Mutants that trip it, by name, with the other policies that they trip; a test runs each against all policies. */
  readonly mutants: Readonly<Record<string, readonly string[]>>;
}

/** Keeps the names of a pack's policies as a type. */
export function entries<Name extends string>(
  all: Readonly<Record<Name, Entry>>,
): Readonly<Record<Name, Entry>> {
  return all;
}
