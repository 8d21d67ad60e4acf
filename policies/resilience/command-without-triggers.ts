import { definePolicyOnCommands } from "../kit/commands.ts";
import { lengthOf } from "../kit/facts.ts";

/** What is not known yet is in use too. */
export const commandWithoutTriggers = definePolicyOnCommands("command-without-triggers", (command) => {
  const triggers = lengthOf(command, "triggers");
  return triggers.kind === "known" && triggers.value === 0
    ? undefined
    : "uses triggers, whose change replaces it";
});
