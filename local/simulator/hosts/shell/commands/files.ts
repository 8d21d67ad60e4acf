import {
  type CommandContext,
  type CommandOutput,
  type CommandTable,
  failure,
  lines,
  open,
} from "../command.ts";

function octal(mode: string): number | undefined {
  return /^[0-7]{3,4}$/.test(mode) ? Number.parseInt(mode, 8) : undefined;
}

/** `install`: copies with a mode, as a whole (a reader never sees half a file); -d makes folders, -D parents. */
async function install(args: string[], context: CommandContext): Promise<CommandOutput> {
  let mode = 0o755;
  let makesFolders = false;
  let makesParents = false;
  let target: string | undefined;
  const operands: string[] = [];
  const rest = [...args];
  while (rest.length > 0) {
    const word = rest.shift() ?? "";
    const attached = /^(?:-m|--mode=)(\d+)$/.exec(word);
    if (attached || word === "-m" || word === "--mode") {
      const parsed = octal(attached?.[1] ?? rest.shift() ?? "");
      if (parsed === undefined) return failure(`install: invalid mode`);
      mode = parsed;
    } else if (word === "-o" || word === "-g") rest.shift();
    else if (/^--(owner|group)=/.test(word)) continue;
    else if (word === "-t") target = rest.shift();
    else if (/^-[dDCvpTb]+$/.test(word)) {
      if (word.includes("d")) makesFolders = true;
      if (word.includes("D")) makesParents = true;
    } else if (word === "--") operands.push(...rest.splice(0));
    else if (word.startsWith("-") && word !== "-") return failure(`install: unrecognized option '${word}'`);
    else operands.push(word);
  }
  const { filesystem } = context.host;
  if (makesFolders) {
    for (const folder of operands.map(context.resolve)) {
      await filesystem.mkdir(folder, { recursive: true });
      await filesystem.chmod(folder, mode);
    }
    return {};
  }
  const last = target ?? operands.pop();
  if (last === undefined || operands.length === 0) return failure("install: missing file operand");
  const destination = context.resolve(last);
  if (makesParents && target === undefined) {
    await filesystem.mkdir(destination.slice(0, destination.lastIndexOf("/")) || "/", { recursive: true });
  }
  const intoFolder = (await filesystem.stat(destination).catch(() => undefined))?.isDirectory ?? false;
  if (operands.length > 1 && !intoFolder) return failure(`install: target '${last}' is not a directory`);
  for (const source of operands) {
    const name = source.split("/").at(-1);
    const path = intoFolder ? `${destination}/${name}` : destination;
    try {
      const stdin = source === "/dev/stdin" || source === "-";
      const bytes = stdin
        ? Buffer.from(context.stdin)
        : await filesystem.readFileBuffer(context.resolve(source));
      await filesystem.writeFile(path, bytes);
      await filesystem.chmod(path, mode);
    } catch {
      return failure(`install: cannot stat '${source}' or create '${path}': No such file or directory`);
    }
  }
  return {};
}

async function mktemp(args: string[], context: CommandContext): Promise<CommandOutput> {
  const isFolder = args.includes("-d");
  const folderAt = args.findIndex((arg) => arg === "-p" || arg === "-t");
  const folder =
    args.find((arg) => arg.startsWith("--tmpdir="))?.slice(9) ??
    (args[folderAt] === "-p" ? args[folderAt + 1] : undefined);
  const template = args.findLast((arg, index) => !arg.startsWith("-") && args[index - 1] !== "-p");
  const { filesystem } = context.host;
  for (let number = 1; ; number += 1) {
    const suffix = number.toString(36).padStart(6, "0");
    const name = (template ?? "tmp.XXXXXXXXXX").replace(/X{3,}/, (run) =>
      suffix.padStart(run.length, "0").slice(-run.length),
    );
    const path =
      template === undefined || folder !== undefined ? `${folder ?? "/tmp"}/${name}` : context.resolve(name);
    if (await filesystem.exists(path)) continue;
    if (isFolder) await filesystem.mkdir(path, { recursive: false });
    else await filesystem.writeFile(path, "");
    await filesystem.chmod(path, isFolder ? 0o700 : 0o600);
    return lines(path);
  }
}

/** Owners are not likened; the path and the owner's form are checked, so that a slip fails here too. */
async function chown(args: string[], context: CommandContext): Promise<CommandOutput> {
  const [owner, ...paths] = args.filter((arg) => !arg.startsWith("-"));
  if (owner === undefined || paths.length === 0) return failure("chown: missing operand");
  const users = (await context.host.filesystem.textOf("/etc/passwd")) ?? "";
  const user = owner.split(":")[0] ?? "";
  if (user !== "" && !/^\d+$/.test(user) && !users.split("\n").some((line) => line.startsWith(`${user}:`))) {
    return failure(`chown: invalid user: '${owner}'`);
  }
  for (const path of paths) {
    if (await context.host.filesystem.exists(context.resolve(path))) continue;
    return failure(`chown: cannot access '${path}': No such file or directory`);
  }
  return {};
}

async function cmp(args: string[], context: CommandContext): Promise<CommandOutput> {
  const silent = args.some((arg) => /^-(s|-silent|-quiet)$/.test(arg));
  const [first, second = "-"] = args.filter((arg) => !arg.startsWith("-") || arg === "-");
  try {
    if (first === undefined) return failure("cmp: missing operand", 2);
    if ((await context.read(first)) === (await context.read(second))) return {};
  } catch {
    return silent ? { exitCode: 2 } : failure(`cmp: ${first} or ${second}: No such file or directory`, 2);
  }
  return silent ? { exitCode: 1 } : { stdout: `${first} ${second} differ\n`, exitCode: 1 };
}

async function flock(args: string[], context: CommandContext): Promise<CommandOutput> {
  const rest = args.filter(
    (arg, index) => !/^-[nxseuo]+$/.test(arg) && arg !== "-w" && args[index - 1] !== "-w",
  );
  const [, ...command] = rest;
  if (command[0] === "-c") return context.script(command[1] ?? "");
  // Sessions on one host are few and short; a lock is always had at once.
  return command.length === 0 ? {} : context.execute(command);
}

async function df(): Promise<CommandOutput> {
  return lines(
    "Filesystem     1K-blocks    Used Available Use% Mounted on",
    "/dev/root       97654321 2345678  95308643   3% /",
  );
}

/** Programs that handle files and that the shell does not bring. */
export const fileCommands: CommandTable = {
  install: open(install),
  mktemp: open(mktemp),
  chown: open(chown),
  chgrp: open(chown),
  cmp: open(cmp),
  flock: open(flock),
  df: open(df),
  sync: open(async () => ({})),
};
