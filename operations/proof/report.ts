/** What `archipel prove` answers, as data: stable for those who read it with a program. */

/** One packet that passes and should not. */
export interface Violation {
  readonly from: string;
  readonly to: string;
  /** `10.64.3.6:40000 → 10.64.9.4:5432 tcp`. */
  readonly packet: string;
  /** Each machine, network or filter on its way, in order. */
  readonly hops: readonly string[];
  /** The rule, or the lack of one, that let it pass. */
  readonly rule: string;
}

export interface ProofUndetermined {
  /** URN of the resource. */
  readonly resource: string;
  readonly stack: string;
  readonly property: string;
  readonly why: string;
  /** What hangs on it; absent: every verdict. */
  readonly scope?: string;
}

export interface ProofReport {
  readonly estate: string;
  readonly source: "states" | "preview";
  /** What was taken for lost. */
  readonly lost: readonly string[];
  /** Pairs of ends that were decided, both families. */
  readonly pairs: number;
  readonly violations: readonly Violation[];
  readonly undetermined: readonly ProofUndetermined[];
  readonly requiredFlowsPassed: {
    readonly passed: number;
    readonly required: number;
    readonly failed: readonly string[];
  };
  /** `stacks`: the engine's part, getting the documents; `read` and `matrix`: the proof's own. */
  readonly seconds: { readonly stacks: number; readonly read: number; readonly matrix: number };
}

/** A report that holds: nothing open that nobody declared, nothing that could not be decided, every declared flow there. */
export function holds({ violations, undetermined, requiredFlowsPassed }: ProofReport): boolean {
  return violations.length === 0 && undetermined.length === 0 && requiredFlowsPassed.failed.length === 0;
}
