/** What `archipel` understands: its commands, with their arguments and options. */
import { Command } from "commander";
import { addBlastRadiusCommand } from "./commands/blast-radius.ts";
import { addDeployCommands } from "./commands/deploy.ts";
import { addDiffCommand } from "./commands/diff.ts";
import { addDisasterCommands } from "./commands/disaster.ts";
import { addEstateCommands } from "./commands/estate.ts";
import { addExplainCommand } from "./commands/explain.ts";
import { addLintCommand } from "./commands/lint.ts";
import { addPoliciesCommand } from "./commands/policies.ts";
import { addProveCommand } from "./commands/prove.ts";
import { addReportCommand } from "./commands/report.ts";
import { addWorldCommands } from "./commands/world.ts";

/** The command with all that can be typed; nothing is done before it parses. */
export function program(): Command {
  const command = new Command("archipel")
    .description(
      "A segmented, two-zone Scaleway deployment from one reviewed estate: planned, proved, rehearsed.",
    )
    .showHelpAfterError()
    .exitOverride();
  addEstateCommands(command);
  addDeployCommands(command);
  addDisasterCommands(command);
  addPoliciesCommand(command);
  addProveCommand(command);
  addExplainCommand(command);
  addBlastRadiusCommand(command);
  addDiffCommand(command);
  addLintCommand(command);
  addReportCommand(command);
  addWorldCommands(command);
  return command;
}
