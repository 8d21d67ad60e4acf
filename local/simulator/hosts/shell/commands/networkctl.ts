import { linkFileName, renameLink } from "../../network/configure.ts";
import { findLink } from "../../network/network-state.ts";
import { readNetworkd } from "../../network/networkd.ts";
import {
  type CommandContext,
  type CommandOutput,
  type CommandTable,
  failure,
  lines,
  open,
  privileged,
} from "../command.ts";

async function networkctl(args: string[], { host, session }: CommandContext): Promise<CommandOutput> {
  const [verb = "list", ...names] = args.filter((arg) => !arg.startsWith("-"));
  if (verb === "list" || verb === "status") {
    const rows = host.network.links.map(
      ({ name, kind, up }, index) =>
        `${index + 1} ${name} ${kind === "loopback" ? "loopback" : kind === "vlan" ? "vlan" : "ether"} ${up ? "routable configured" : "off unmanaged"}`,
    );
    return lines("IDX LINK TYPE OPERATIONAL SETUP", ...rows);
  }
  if (session.user !== "root" && session.elevations === 0) return failure("Access denied");
  if (host.systemd.activeState("systemd-networkd") !== "active") {
    return failure("Could not connect to systemd-networkd: service is not active");
  }
  for (const name of names)
    if (!findLink(host.network, name)) return failure(`Interface "${name}" not found.`);
  switch (verb) {
    case "reload":
      await host.configureNetwork();
      return {};
    case "reconfigure":
    case "renew":
      for (const name of names) await host.configureNetwork(name);
      return {};
    case "up":
    case "down":
      for (const name of names) {
        const link = findLink(host.network, name);
        if (link) link.up = verb === "up";
      }
      return {};
    case "delete":
      for (const name of names) {
        if (findLink(host.network, name)?.kind !== "vlan")
          return failure(`Failed to delete interface ${name}: Operation not supported`);
        host.deleteLink(name);
      }
      return {};
    default:
      return failure(`Unknown command verb '${verb}'.`);
  }
}

/** `udevadm trigger` renames physical interfaces as .link files say; `control` and `settle` have nothing to wait for. */
async function udevadm(args: string[], { host }: CommandContext): Promise<CommandOutput> {
  if (args[0] !== "trigger") return {};
  const config = await readNetworkd(host.filesystem);
  for (const link of host.network.links.filter(({ kind }) => kind === "physical")) {
    const name = linkFileName(config, link);
    if (name !== undefined && name !== link.name && !findLink(host.network, name)) {
      renameLink(host.network, link.name, name);
      await host.linkAppeared(name);
    }
  }
  return {};
}

/** Commands of systemd-networkd and udev. */
export const networkctlCommands: CommandTable = {
  networkctl: open(networkctl),
  udevadm: privileged(udevadm),
};
