import {
  type CommandContext,
  type CommandOutput,
  type CommandTable,
  failure,
  lines,
  open,
  privileged,
} from "../command.ts";

function pathOf(name: string): string {
  // As in sysctl(8): a slash first means that dots are part of names (interfaces such as eno1.20).
  const slashed =
    name.includes("/") &&
    name.indexOf("/") < (name.includes(".") ? name.indexOf(".") : Number.POSITIVE_INFINITY);
  return `/proc/sys/${slashed ? name : name.replaceAll(/[./]/g, (mark) => (mark === "." ? "/" : "."))}`;
}

async function assign(
  text: string,
  context: CommandContext,
  ignoresMissing: boolean,
): Promise<CommandOutput> {
  const equals = text.indexOf("=");
  if (equals < 1) return failure(`sysctl: "${text}" must be of the form name=value`);
  const name = text.slice(0, equals).trim();
  const value = text.slice(equals + 1).trim();
  const path = pathOf(name);
  const { filesystem } = context.host;
  if (!(await filesystem.exists(path))) {
    return ignoresMissing ? {} : failure(`sysctl: cannot stat ${path}: No such file or directory`);
  }
  await filesystem.writeFile(path, `${value}\n`);
  const group = /^(.*\/net\/ipv[46]\/conf)\/all\/(.+)$/.exec(path);
  if (group && (group[2] === "forwarding" || group[2] === "disable_ipv6")) {
    // The kernel copies these two from `all` to every interface.
    for (const link of await filesystem.namesIn(group[1] ?? ""))
      await filesystem.writeFile(`${group[1]}/${link}/${group[2]}`, `${value}\n`);
    if (group[2] === "forwarding" && path.includes("/ipv4/"))
      await filesystem.writeFile("/proc/sys/net/ipv4/ip_forward", `${value}\n`);
  }
  return lines(`${name} = ${value}`);
}

async function load(path: string, context: CommandContext): Promise<CommandOutput[]> {
  let text: string;
  try {
    text = await context.read(path);
  } catch {
    return [failure(`sysctl: cannot open "${path}": No such file or directory`)];
  }
  const results: CommandOutput[] = [];
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    results.push(await assign(line.replace(/^-/, ""), context, line.startsWith("-")));
  }
  return results;
}

/** Files that `sysctl --system` reads, in its order: by name, /etc before /run before /usr/lib for equal names. */
async function systemFiles({ host }: CommandContext): Promise<string[]> {
  const files = new Map<string, string>();
  for (const folder of ["/etc/sysctl.d", "/run/sysctl.d", "/usr/lib/sysctl.d"]) {
    for (const name of await host.filesystem.namesIn(folder)) {
      if (name.endsWith(".conf") && !files.has(name)) files.set(name, `${folder}/${name}`);
    }
  }
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  return (await host.filesystem.exists("/etc/sysctl.conf")) ? [...sorted, "/etc/sysctl.conf"] : sorted;
}

function merge(results: readonly CommandOutput[], quiet: boolean): CommandOutput {
  return {
    stdout: quiet ? "" : results.map(({ stdout = "" }) => stdout).join(""),
    stderr: results.map(({ stderr = "" }) => stderr).join(""),
    exitCode: Math.max(0, ...results.map(({ exitCode = 0 }) => exitCode)),
  };
}

async function sysctl(args: string[], context: CommandContext): Promise<CommandOutput> {
  const quiet = args.some((arg) => /^-[a-z]*q/.test(arg) || arg === "--quiet");
  const operands = args.filter((arg) => !arg.startsWith("-"));
  const loads = args.some((arg) => /^-[a-z]*p/.test(arg) || arg === "--load");
  if (args.includes("--system") || loads) {
    const files = args.includes("--system")
      ? await systemFiles(context)
      : operands.length > 0
        ? operands
        : ["/etc/sysctl.conf"];
    const results: CommandOutput[] = [];
    for (const path of files) results.push(...(await load(path, context)));
    return merge(results, quiet);
  }
  const results: CommandOutput[] = [];
  for (const operand of operands) {
    if (operand.includes("=")) {
      results.push(await assign(operand, context, args.includes("-e")));
      continue;
    }
    const value = await context.host.filesystem.textOf(pathOf(operand));
    if (value === undefined)
      results.push(failure(`sysctl: cannot stat ${pathOf(operand)}: No such file or directory`));
    else
      results.push(
        lines(args.some((arg) => /^-[a-z]*n/.test(arg)) ? value.trim() : `${operand} = ${value.trim()}`),
      );
  }
  return merge(results, quiet);
}

/** Kernel settings and modules. */
export const sysctlCommands: CommandTable = {
  sysctl: privileged(sysctl),
  modprobe: privileged(async (args) => {
    const name = args.findLast((arg) => !arg.startsWith("-")) ?? "";
    return /^[a-z0-9_-]+$/i.test(name) ? {} : failure(`modprobe: FATAL: Module ${name} not found.`);
  }),
  lsmod: open(async () =>
    lines(
      "Module                  Size  Used by",
      "nf_tables             356352  0",
      "8021q                  45056  0",
    ),
  ),
};
