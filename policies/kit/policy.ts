/** One shape for every policy: what must hold, why, how to mend it, and an unknown that never passes for a yes. */
import type {
  PolicyResource,
  ResourceValidationPolicy,
  Severity,
  StackValidationPolicy,
} from "@pulumi/policy";
import { UnknownValueError } from "@pulumi/policy";

interface Statement {
  /** What must hold, in kebab-case. */
  readonly name: string;
  readonly severity: Severity;
  /** One sentence: what must hold. */
  readonly description: string;
  /** What breaks otherwise. */
  readonly why: string;
  readonly remediation: string;
}

export interface PolicyDefinition extends Statement {
  /** Reports each violation with the resource that it concerns. */
  readonly validate: (resources: readonly PolicyResource[], report: Report) => void;
}

export interface InputPolicyDefinition extends Statement {
  /** Type tokens of the resources that it concerns. */
  readonly types: ReadonlySet<string>;
  /** Reports what is wrong with one resource's inputs. */
  readonly validate: (resource: Inputs, report: (message: string) => void) => void;
}

/** A resource as the program wrote it. */
export type Inputs = Pick<PolicyResource, "type" | "name" | "props">;

/** @param resource the resource at fault; its URN points the reader at it */
export type Report = (message: string, resource?: PolicyResource) => void;

/**
 * A mandatory stack policy. Stack policies see every resource of the program at preview, with URN dependencies where values are unknown.
 * An unknown that a check did not foresee is itself a violation: undetermined is never taken for held.
 */
export function definePolicy(definition: PolicyDefinition): StackValidationPolicy {
  return {
    ...statementOf(definition),
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

/**
 * A mandatory policy on what a program writes, one resource at a time. A stack policy sees outputs, and the bridged provider leaves some
 * inputs out of a preview's (tried: `zone` of instance.Ip, 2026-11-22), so what must be written is looked for here.
 */
export function defineInputPolicy(definition: InputPolicyDefinition): ResourceValidationPolicy {
  return {
    ...statementOf(definition),
    validateResource: (args, reportViolation) => {
      if (definition.types.has(args.type)) definition.validate(args, reportViolation);
    },
  };
}

function statementOf({ name, description, why, severity, remediation }: Statement) {
  return {
    name,
    description: `${description} Why: ${why}`,
    enforcementLevel: "mandatory",
    severity,
    remediationSteps: remediation,
  } as const;
}
