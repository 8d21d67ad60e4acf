/** What a check is, and what it is given. */
import type { Model } from "../model.ts";
import type { Network } from "../network.ts";
import type { Permission } from "../permissions.ts";
import type { Sites } from "../places.ts";
import type { Kernels } from "./kernels.ts";
import type { RuleUse } from "./rule-use.ts";

export interface Subject {
  readonly network: Network;
  readonly model: Model;
  readonly kernels: Kernels;
  readonly permissions: readonly Permission[];
  readonly sites: Sites;
  /** `2026-11-22`: passed in, so that the same input gives the same findings. */
  readonly today: string;
  /** Every rule of every kernel with what it decides; worked out once. */
  readonly rules: readonly RuleUse[];
}

/** `error`: what the estate rests on does not hold. `warning`: nothing is open by it, but somebody means something else. */
export type Severity = "error" | "warning";

/** What one check finds at one place. */
export interface Found {
  /** Key of a node, private network or VPC, or the declaration. */
  readonly at: string;
  /** What is there, in words. */
  readonly what: string;
  /** URN where a resource is to blame. */
  readonly resource?: string;
  /** Where it differs from the check's own. */
  readonly severity?: Severity;
}

export interface Check {
  /** `shadowed-rule`; stable. */
  readonly name: string;
  readonly severity: Severity;
  readonly why: string;
  /** What to do. */
  readonly remedy: string;
  readonly find: (subject: Subject) => readonly Found[];
}
