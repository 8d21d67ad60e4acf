import { definePolicyOnCommands } from "../kit/commands.ts";
import { written } from "../kit/facts.ts";

/** That there is one is what counts: its text may wait for a VLAN number. */
export const commandWithUpdate = definePolicyOnCommands("command-with-update", (command) =>
  written(command, "update").kind === "absent"
    ? "has no update, so a change of what it runs replaces it"
    : undefined,
);
