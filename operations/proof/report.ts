/** What `archipel prove` answers, as data: stable for those who read it with a program. */

/** Something that passes and should not. */
export interface ReportedViolation {
  readonly from: string;
  readonly to: string;
  /** Family of the packet. */
  readonly family: 4 | 6 | undefined;
  /** All that passes undeclared between the two: `tcp/443`, `any`. */
  readonly services: readonly string[];
  /** One packet of it, as sent: `10.64.3.6:40000 → 10.64.9.4:5432 tcp`. */
  readonly packet: string;
  /** Each machine and filter on its way, in order. */
  readonly hops: readonly string[];
  /** The rule, or the lack of one, that let it pass. */
  readonly rule: string;
}

/** Something that a verdict needs and that is not known. */
export interface ReportedUnknown {
  /** URN of the resource, or the two ends whose verdict is open. */
  readonly of: string;
  readonly property: string;
  readonly why: string;
  /** What hangs on it; absent: every verdict. */
  readonly scope?: string;
}

export interface ReportedFailure {
  /** From place to place: `payroll → payroll-data tcp/5432`. */
  readonly flow: string;
  /** The declaration that asks for it, by the names that it is written with: `payroll-app → payroll-db tcp/5432`. */
  readonly declaration?: string;
  /** An application, `defaults`, `platform`, or a group of people. */
  readonly declaredBy?: string;
  readonly from: string;
  readonly to: string;
  /** Where the packet or its answer ends. */
  readonly ending: string;
}

export interface ProofReport {
  readonly estate: string;
  /** `states`, `preview`, `api`, or the file that the network is of. */
  readonly source: string;
  /** What was taken for lost. */
  readonly lost: readonly string[];
  /** Whether the estate is proved: no violation, nothing undetermined, every required flow there. */
  readonly held: boolean;
  /** Pairs of places decided, each family for itself. */
  readonly pairs: number;
  readonly violations: readonly ReportedViolation[];
  readonly undetermined: readonly ReportedUnknown[];
  readonly requiredFlowsPassed: number;
  readonly requiredFlowsFailed: readonly ReportedFailure[];
  /** `stacks`: the engine's part, getting the documents; `read` and `matrix`: the proof's own, with the API's lists where that is the source. */
  readonly seconds: { readonly stacks: number; readonly read: number; readonly matrix: number };
}
