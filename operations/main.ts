/** The `archipel` command. */
import { CommanderError } from "commander";
import { describeError } from "./errors.ts";
import { program } from "./program.ts";

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
