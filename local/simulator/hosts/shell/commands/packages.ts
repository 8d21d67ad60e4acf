import {
  type CommandContext,
  type CommandOutput,
  type CommandTable,
  failure,
  lines,
  open,
  privileged,
} from "../command.ts";

/** What Scaleway's image is taken to have. Anything else would come from a mirror, and hosts reach none. */
export const installedPackages: readonly string[] = [
  "bash",
  "ca-certificates",
  "cloud-init",
  "conntrack",
  "conntrackd",
  "coreutils",
  "curl",
  "iproute2",
  "iputils-ping",
  "jq",
  "keepalived",
  "netcat-openbsd",
  "nftables",
  "openssh-server",
  "sudo",
  "systemd",
  "vlan",
];

async function apt(args: string[], _context: CommandContext): Promise<CommandOutput> {
  const [verb, ...names] = args.filter((arg) => !arg.startsWith("-"));
  if (verb === "install") {
    const missing = names.filter((name) => !installedPackages.includes(name.split("=")[0] ?? name));
    if (missing.length === 0) return lines(...names.map((name) => `${name} is already the newest version.`));
    return failure(
      missing
        .map((name) => `E: Unable to locate package ${name}: hosts of the simulator reach no mirror`)
        .join("\n"),
      100,
    );
  }
  if (verb === "clean" || verb === "autoremove") return {};
  return failure(
    "E: Failed to fetch http://deb.debian.org/debian/: Temporary failure resolving 'deb.debian.org'",
    100,
  );
}

async function dpkg(args: string[]): Promise<CommandOutput> {
  const names = args.filter((arg) => !arg.startsWith("-") && !arg.includes("${"));
  const missing = names.filter((name) => !installedPackages.includes(name));
  if (missing.length > 0)
    return failure(missing.map((name) => `dpkg-query: no packages found matching ${name}`).join("\n"));
  return lines(
    ...names.map((name) =>
      args.includes("-s") ? `Package: ${name}\nStatus: install ok installed` : `ii  ${name}`,
    ),
  );
}

/** Debian's package manager, with what is on the image and no mirror. */
export const packageCommands: CommandTable = {
  apt: privileged(apt),
  "apt-get": privileged(apt),
  "apt-mark": privileged(async () => ({})),
  dpkg: open(dpkg),
  "dpkg-query": open(dpkg),
};
