/** One shape for every policy: its statement is in the catalogue, its check in a file of its own, and an unknown never passes for a yes. */
import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { UnknownValueError } from "@pulumi/policy";
import type { Estate } from "../../model/estate/index.ts";
import { catalogue, type PolicyName } from "../catalogue/index.ts";
import { exemptionsOf, noteUse } from "./exemptions.ts";
import { ofType } from "./facts.ts";
import { type Program, programOf } from "./program.ts";
import { stackType } from "./types.ts";

/** Said by a check that has nothing to judge in this program: neither held nor violated. */
export interface NotApplicable {
  readonly notApplicable: string;
}

const noEstate: NotApplicable = { notApplicable: "the program names no estate" };

/**
 * @param subject the resource at fault, whose URN points the reader at it; or, for what the estate declares and no resource is,
 *   a name by {@link subjectIn}
 */
export type Report = (message: string, subject?: PolicyResource | string) => void;

export type Check = (program: Program, report: Report) => NotApplicable | undefined;

/** Name of what an estate declares, for a violation that no resource carries: `urn:archipel:guadeloupe:data:mailboxes`. */
export function subjectIn(estate: Estate, kind: string, name: string): string {
  return `urn:archipel:${estate.organisation.organisation}:${kind}:${name}`;
}

/**
 * A mandatory stack policy. Stack policies see every resource of the program at preview, with URN dependencies where values are unknown.
 * An unknown that a check did not foresee is itself a violation: undetermined is never taken for held.
 */
export function definePolicy(name: PolicyName, check: Check): StackValidationPolicy {
  const { what, why, severity, remediation } = catalogue[name];
  return {
    name,
    description: `${what} Why: ${why}`,
    enforcementLevel: "mandatory",
    severity,
    remediationSteps: remediation,
    validateStack: (args, reportViolation) => {
      const program = programOf(args.resources);
      let violations = 0;
      const report: Report = (message, subject) => {
        violations += 1;
        const text = exempted(name, program, subject, message);
        if (text !== undefined) reportViolation(text, typeof subject === "string" ? undefined : subject?.urn);
      };
      const verdict = judge(check, program, report);
      if (verdict !== undefined && violations === 0) args.notApplicable(verdict.notApplicable);
    },
  };
}

function judge(check: Check, program: Program, report: Report): NotApplicable | undefined {
  try {
    return check(program, report);
  } catch (error) {
    if (!(error instanceof UnknownValueError)) throw error;
    report(`undetermined: ${(error as Error).message}`);
    return undefined;
  }
}

/** What is left of a violation: nothing when an exemption of its policy and subject is in force. */
function exempted(
  name: PolicyName,
  program: Program,
  subject: PolicyResource | string | undefined,
  message: string,
): string | undefined {
  const urn =
    typeof subject === "string" ? subject : (subject ?? ofType(program.resources, stackType)[0])?.urn;
  const shown = typeof subject === "string" ? `${message} (${subject})` : message;
  const own = exemptionsOf(program).list.filter((each) => each.policy === name && each.urn === urn);
  const exemption = own.find(({ expires }) => expires >= program.today) ?? own[0];
  if (exemption === undefined) return shown;
  noteUse(exemption);
  return exemption.expires < program.today
    ? `${shown}; its exemption, approved by ${exemption.approver}, expired on ${exemption.expires}`
    : undefined;
}

/** A policy on each resource of some types by itself; not applicable to a program without one. */
export function definePolicyOnEach(
  name: PolicyName,
  types: readonly string[],
  check: (resource: PolicyResource, program: Program) => string | undefined,
): StackValidationPolicy {
  return definePolicy(name, (program, report) => {
    const concerned = ofType(program.resources, ...types);
    if (concerned.length === 0) return nothingOf(...types);
    for (const resource of concerned) {
      const why = check(resource, program);
      if (why !== undefined) report(`${resource.name}: ${why}`, resource);
    }
    return undefined;
  });
}

/** A policy that holds a program against its reviewed estate; not applicable to a program without one. */
export function definePolicyOfEstate(
  name: PolicyName,
  check: (estate: Estate, program: Program, report: Report) => NotApplicable | undefined,
): StackValidationPolicy {
  return definePolicy(name, (program, report) =>
    program.estate === undefined ? noEstate : check(program.estate, program, report),
  );
}

export function nothingOf(...types: readonly string[]): NotApplicable {
  const names = [...new Set(types.map((type) => type.split(":").slice(1).join(":")))];
  return { notApplicable: `the program has no ${names.join(", ")}` };
}

/** Not applicable where the estate as a whole is judged with another stack. */
export const elsewhere: NotApplicable = { notApplicable: "judged with the stack foundation" };
