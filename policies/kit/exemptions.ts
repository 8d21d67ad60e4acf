/**
 * What a policy is told to let be, for a while: one policy, one URN, a reason, who approved, until when. No pattern, so that an
 * exemption never covers what nobody has seen; past its day it covers nothing, and what it covered is a violation again.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { StackValidationPolicy } from "@pulumi/policy";
import { parse } from "yaml";
import { z } from "zod";
import { exemptionsFile } from "../../model/estate/files.ts";
import { type Exemption, exemptions } from "../../model/estate/schema/exemptions.ts";
import type { Program } from "./program.ts";
import { judgesWholeEstate, programOf } from "./program.ts";

export interface Exemptions {
  readonly list: readonly Exemption[];
  /** Why the file grants nothing; undefined when it can be read, or is not there. */
  readonly problem: string | undefined;
}

const none: Exemptions = { list: [], problem: undefined };
const files = new Map<string, Exemptions>();
const used = new Set<Exemption>();

/** The exemptions of a program: beside its estate, or where the pack's configuration says. */
export function exemptionsOf({ estateFolder, settings }: Program): Exemptions {
  const file =
    settings.exemptions === undefined
      ? estateFolder && join(estateFolder, exemptionsFile)
      : resolve(settings.exemptions);
  if (file === undefined || (settings.exemptions === undefined && !existsSync(file))) return none;
  const found = files.get(file) ?? readExemptions(file);
  files.set(file, found);
  return found;
}

function readExemptions(file: string): Exemptions {
  try {
    return { list: exemptions.parse(parse(readFileSync(file, "utf8"))).exemptions, problem: undefined };
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    return { list: [], problem: `${file} cannot be read: ${why}` };
  }
}

/** Remembers that an exemption covered something in this run. */
export function noteUse(exemption: Exemption): void {
  used.add(exemption);
}

/**
 * Says, as advice, which exemptions of a pack's policies cover something in this stack and which cover nothing any more. It comes last in
 * the pack: it speaks of what the policies before it met.
 */
export function exemptionsInUse(
  pack: string,
  policies: readonly { readonly name: string }[],
): StackValidationPolicy {
  const names = new Set(policies.map(({ name }) => name));
  return {
    name: `${pack}-exemptions-in-use`,
    description: "Every exemption still covers something; those that do are counted.",
    enforcementLevel: "advisory",
    severity: "low",
    validateStack: (args, reportViolation) => {
      const program = programOf(args.resources);
      const own = exemptionsOf(program).list.filter(
        ({ policy, urn, expires }) => names.has(policy) && expires >= program.today && concerns(program, urn),
      );
      if (own.length === 0) args.notApplicable("no exemption of this pack and stack is in force");
      const covering = own.filter((exemption) => used.has(exemption));
      if (covering.length > 0)
        reportViolation(`${covering.length} in force: ${covering.map(described).join("; ")}`);
      for (const exemption of own) {
        if (!used.has(exemption)) reportViolation(`covers nothing: ${described(exemption)}`);
      }
    },
  };
}

/** Whether a URN is of the program's stack; what the estate declares is judged with one stack alone. */
function concerns(program: Program, urn: string): boolean {
  return urn.startsWith("urn:archipel:")
    ? judgesWholeEstate(program)
    : urn.startsWith(`urn:pulumi:${program.stack}::`);
}

function described({ policy, urn, reason, approver, expires }: Exemption): string {
  return `${policy} on ${urn} until ${expires}, approved by ${approver} (${reason})`;
}
