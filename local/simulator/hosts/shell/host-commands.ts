import type { CommandTable } from "./command.ts";
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
  ...ipCommands,
  ...networkctlCommands,
  ...nftCommands,
  ...packageCommands,
  ...reachCommands,
  ...shellCommands,
  ...sysctlCommands,
  ...systemctlCommands,
};
