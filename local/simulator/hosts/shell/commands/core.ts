import {
  type CommandContext,
  type CommandOutput,
  type CommandTable,
  failure,
  lines,
  open,
  privileged,
} from "../command.ts";

async function id(args: string[], { session }: CommandContext): Promise<CommandOutput> {
  const isRoot = session.user === "root" || session.elevations > 0;
  const name = isRoot ? "root" : session.user;
  const number = isRoot ? 0 : 1000;
  if (args.includes("-un") || (args.includes("-u") && args.includes("-n"))) return lines(name);
  if (args.some((arg) => /^-[ugG]$/.test(arg))) return lines(String(number));
  return lines(`uid=${number}(${name}) gid=${number}(${name}) groups=${number}(${name})`);
}

async function uname(args: string[], { host }: CommandContext): Promise<CommandOutput> {
  const parts = {
    s: "Linux",
    n: host.machine.name,
    r: "6.12.57+deb13-amd64",
    v: "#1 SMP PREEMPT_DYNAMIC Debian 6.12.57-1",
    m: "x86_64",
    o: "GNU/Linux",
  };
  if (args.includes("-a")) return lines(Object.values(parts).join(" "));
  const letters = args.join("").replaceAll("-", "") || "s";
  return lines(
    Object.entries(parts)
      .filter(([letter]) => letters.includes(letter))
      .map(([, text]) => text)
      .join(" "),
  );
}

async function hostname(args: string[], { host }: CommandContext): Promise<CommandOutput> {
  const name = args.find((arg) => !arg.startsWith("-"));
  if (name !== undefined) {
    await host.filesystem.writeFile("/proc/sys/kernel/hostname", `${name}\n`);
    return {};
  }
  const text = await host.filesystem.textOf("/proc/sys/kernel/hostname");
  return lines(text?.trim() ?? host.machine.name);
}

async function hostnamectl(args: string[], context: CommandContext): Promise<CommandOutput> {
  const [verb, name] = args.filter((arg) => !arg.startsWith("-"));
  if ((verb === "set-hostname" || verb === "hostname") && name !== undefined) {
    await context.host.filesystem.writeFile("/etc/hostname", `${name}\n`);
    return hostname([name], context);
  }
  return verb === undefined || verb === "status" || verb === "hostname"
    ? hostname([], context)
    : failure(`Unknown command verb '${verb}'.`);
}

async function getent(args: string[], { host }: CommandContext): Promise<CommandOutput> {
  const [database, key] = args;
  const files: Record<string, string> = {
    passwd: "/etc/passwd",
    group: "/etc/group",
    hosts: "/etc/hosts",
    ahosts: "/etc/hosts",
  };
  const file = files[database ?? ""];
  if (file === undefined) return failure(`Unknown database: ${database}`);
  const entries = ((await host.filesystem.textOf(file)) ?? "").split("\n").filter((line) => line !== "");
  const isHosts = file === "/etc/hosts";
  const found = entries.filter((line) => {
    if (key === undefined) return true;
    return isHosts ? line.split(/\s+/).includes(key) : line.startsWith(`${key}:`);
  });
  return found.length === 0 ? { exitCode: 2 } : lines(...found);
}

async function logger(args: string[], { host, stdin }: CommandContext): Promise<CommandOutput> {
  const tagAt = args.indexOf("-t");
  const tag = tagAt >= 0 ? (args[tagAt + 1] ?? "root") : "root";
  const words = args.filter((arg, index) => !arg.startsWith("-") && !/^-[tp]$/.test(args[index - 1] ?? ""));
  host.journal(tag, words.length > 0 ? words.join(" ") : stdin.trim());
  return {};
}

async function journalctl(args: string[], { host }: CommandContext): Promise<CommandOutput> {
  const unitAt = args.findIndex((arg) => /^-x?e?u$/.test(arg) || arg === "--unit");
  const unit = unitAt >= 0 ? (args[unitAt + 1] ?? "").replace(/\.service$/, "") : undefined;
  const text = (await host.filesystem.textOf("/var/log/syslog")) ?? "";
  const chosen = text
    .split("\n")
    .filter((line) => line !== "" && (unit === undefined || line.startsWith(unit)));
  return lines(...chosen);
}

async function reboot(_args: string[], { host }: CommandContext): Promise<CommandOutput> {
  host.rebootRequested = true;
  return {};
}

async function shutdown(args: string[], context: CommandContext): Promise<CommandOutput> {
  if (args.includes("-r") || args.includes("--reboot")) return reboot(args, context);
  return failure(
    "shutdown: the simulator powers machines off through the API only; use shutdown -r or the API",
  );
}

async function useradd(args: string[], { host }: CommandContext): Promise<CommandOutput> {
  const name = args.at(-1) ?? "";
  if (!/^[a-z_][a-z0-9_-]*$/.test(name)) return failure(`useradd: invalid user name '${name}'`, 3);
  return host.addUser(name) ? {} : failure(`useradd: user '${name}' already exists`, 9);
}

async function cloudInit(args: string[], { host }: CommandContext): Promise<CommandOutput> {
  if (args[0] !== "status") return failure("cloud-init: only `cloud-init status [--wait]` is likened", 2);
  const result = (await host.filesystem.textOf("/var/lib/cloud/data/result.json")) ?? "";
  if (result === "") return lines("status: running");
  const { errors } = (JSON.parse(result) as { v1: { errors: string[] } }).v1;
  return errors.length === 0 ? lines("status: done") : { stdout: "status: error\n", exitCode: 1 };
}

/** What any Debian host answers about itself. */
export const coreCommands: CommandTable = {
  id: open(id),
  uname: open(uname),
  hostname: open(hostname),
  hostnamectl: open(hostnamectl),
  getent: open(getent),
  logger: open(logger),
  journalctl: open(journalctl),
  nproc: open(async () => lines("16")),
  kill: open(async () => ({})),
  ulimit: open(async () => lines("1024")),
  reboot: privileged(reboot),
  shutdown: privileged(shutdown),
  useradd: privileged(useradd),
  adduser: privileged(useradd),
  usermod: privileged(async () => ({})),
  passwd: privileged(async () => ({})),
  "cloud-init": open(cloudInit),
};
