import type { CommandTable, HostCommand } from "./command.ts";
import { coreCommands } from "./commands/core.ts";
import { daemonCommands } from "./commands/daemons.ts";
import { fileCommands } from "./commands/files.ts";
import { ipCommands } from "./commands/ip.ts";
import { networkctlCommands } from "./commands/networkctl.ts";
import { nftCommands } from "./commands/nft.ts";
import { packageCommands } from "./commands/packages.ts";
import { reachCommands } from "./commands/reach.ts";
import { shellCommands } from "./commands/shell.ts";
import { sysctlCommands } from "./commands/sysctl.ts";
import { systemctlCommands } from "./commands/systemctl.ts";

/** Every program of the host that the shell does not bring, or that Debian's does otherwise. */
export const hostCommands: CommandTable = {
  ...coreCommands,
  ...daemonCommands,
  ...fileCommands,
  ...packageCommands,
  ...reachCommands,
  ...shellCommands,
  ...recorded({
    ...ipCommands,
    ...networkctlCommands,
    ...nftCommands,
    ...sysctlCommands,
    ...systemctlCommands,
  }),
};

/** Commands that change a host's network, each with its effect in the log before the next one's. */
function recorded(commands: CommandTable): CommandTable {
  return Object.fromEntries(
    Object.entries(commands).map(([name, command]): [string, HostCommand] => [
      name,
      {
        ...command,
        async run(args, context) {
          // What was set by writing files alone comes before.
          await context.host.recordChanges();
          const output = await command.run(args, context);
          await context.host.recordChanges();
          return output;
        },
      },
    ]),
  );
}
