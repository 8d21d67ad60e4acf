/** The `archipel` command. */
import { Command, CommanderError } from "commander";
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
import { describeError } from "./errors.ts";

function program(): Command {
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

// A reader that has seen enough (`| head`) closes the pipe: that ends the command, and is no failure of it.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

try {
  await program().parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) {
    // Help and version end with 0; a command typed wrong is the reader's mistake.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    const { text, exitCode } = describeError(error);
    process.stderr.write(`${text}\n`);
    if (process.env.ARCHIPEL_TRACE !== undefined && error instanceof Error)
      process.stderr.write(`${error.stack}\n`);
    process.exitCode = exitCode;
  }
}
