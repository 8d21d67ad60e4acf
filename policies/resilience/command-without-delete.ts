import { definePolicyOnCommands } from "../kit/commands.ts";
import { written } from "../kit/facts.ts";

export const commandWithoutDelete = definePolicyOnCommands("command-without-delete", (command) =>
  written(command, "delete").kind === "absent" ? undefined : "speaks to its host once more when it goes",
);
