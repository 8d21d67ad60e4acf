/** One shape for every policy: what must hold, why, how to mend it, and an unknown that never passes for a yes. */
import type { PolicyResource, Severity, StackValidationPolicy } from "@pulumi/policy";
import { UnknownValueError } from "@pulumi/policy";

export interface PolicyDefinition {
  /** What must hold, in kebab-case. */
  readonly name: string;
  readonly severity: Severity;
  /** One sentence: what must hold. */
  readonly description: string;
  /** What breaks otherwise. */
  readonly why: string;
  readonly remediation: string;
  /** Reports each violation with the resource that it concerns. */
  readonly validate: (resources: readonly PolicyResource[], report: Report) => void;
}

/** @param resource the resource at fault; its URN points the reader at it */
export type Report = (message: string, resource?: PolicyResource) => void;

/**
 * A mandatory stack policy. Stack policies see every resource of the program at preview, with URN dependencies where values are unknown.
 * An unknown that a check did not foresee is itself a violation: undetermined is never taken for held.
 */
export function definePolicy(definition: PolicyDefinition): StackValidationPolicy {
  return {
    name: definition.name,
    description: `${definition.description} Why: ${definition.why}`,
    enforcementLevel: "mandatory",
    severity: definition.severity,
    remediationSteps: definition.remediation,
    validateStack: (args, reportViolation) => {
      try {
        definition.validate(args.resources, (message, resource) => reportViolation(message, resource?.urn));
      } catch (error) {
        if (!(error instanceof UnknownValueError)) throw error;
        reportViolation(`undetermined: ${(error as Error).message}`);
      }
    },
  };
}
