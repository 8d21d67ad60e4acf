/** Commands that an estate runs on its hosts. */
import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import type { PolicyName } from "../catalogue/index.ts";
import { ofType } from "./facts.ts";
import { nothingIfEmpty } from "./joins.ts";
import { definePolicyOfEstate } from "./policy.ts";
import type { Program } from "./program.ts";
import { commandType } from "./types.ts";

/** A policy on each command of an estate; a stranger may run commands of another kind. */
export function definePolicyOnCommands(
  name: PolicyName,
  check: (command: PolicyResource, program: Program) => string | undefined,
): StackValidationPolicy {
  return definePolicyOfEstate(name, (_, program, report) => {
    const commands = ofType(program.resources, commandType);
    for (const command of commands) {
      const why = check(command, program);
      if (why !== undefined) report(`${command.name}: ${why}`, command);
    }
    return nothingIfEmpty(commands, commandType);
  });
}
