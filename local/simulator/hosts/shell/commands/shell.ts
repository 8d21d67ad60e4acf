import {
  type CommandContext,
  type CommandOutput,
  type CommandTable,
  failure,
  open,
  type ShellFrame,
} from "../command.ts";
import { exitTrap } from "../exit-trap.ts";

/** Runs a nested shell's source, then its EXIT trap. */
async function inFrame(
  context: CommandContext,
  source: string,
  run: () => Promise<CommandOutput>,
): Promise<CommandOutput> {
  const frame: ShellFrame = { source };
  context.session.frames.push(frame);
  const result = await run();
  context.session.frames.pop();
  const trap = exitTrap(frame, result.exitCode ?? 0);
  if (!trap) return result;
  const trapped = await context.script(trap.script, trap.variables);
  return {
    stdout: `${result.stdout ?? ""}${trapped.stdout ?? ""}`,
    stderr: `${result.stderr ?? ""}${trapped.stderr ?? ""}`,
    exitCode: result.exitCode ?? 0,
  };
}

/** Variables the shell sets itself. */
const ownVariables = ["PWD", "OLDPWD", "SHLVL", "_", "UID", "EUID", "PPID"];

/** Hands the caller's exported variables to a nested shell, which would otherwise miss those that `env` or sudo set. */
function exportsOf(environment: Record<string, string>): string {
  return Object.entries(environment)
    .filter(([name]) => /^[A-Za-z_]\w*$/.test(name) && !ownVariables.includes(name))
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join("");
}

/** `bash` and `sh` with the options real scripts use: -c, -s, -e, -u, -x, -l, -o NAME, then a file and its arguments. */
async function bash(args: string[], context: CommandContext): Promise<CommandOutput> {
  const settings: string[] = [];
  let mode: "file" | "string" | "stdin" = "file";
  const rest = [...args];
  while (rest[0]?.startsWith("-") && rest[0] !== "-") {
    const option = rest.shift() ?? "";
    if (option === "--") break;
    if (option === "--norc" || option === "--noprofile" || option === "--login") continue;
    if (option.startsWith("--")) return failure(`bash: ${option}: invalid option`, 2);
    for (const letter of option.slice(1)) {
      if (letter === "c") mode = "string";
      else if (letter === "s") mode = "stdin";
      else if (letter === "o") settings.push(`set -o ${rest.shift() ?? ""}`);
      else if ("eux".includes(letter)) settings.push(`set -${letter}`);
      else if (letter !== "l" && letter !== "i") return failure(`bash: -${letter}: invalid option`, 2);
    }
  }
  const exported = exportsOf(context.environment);
  const prefix = `${exported}${settings.map((setting) => `${setting}\n`).join("")}`;
  if (mode === "string") {
    const [text, ...positional] = rest;
    if (text === undefined) return failure("bash: -c: option requires an argument", 2);
    return inFrame(context, text, () => context.original(["-c", `${prefix}${text}`, ...positional]));
  }
  const [file, ...positional] = rest;
  if (mode === "stdin" || file === undefined || file === "-") {
    const parameters = file === undefined ? [] : rest;
    // The script is the input: what it starts finds the input at its end.
    const words = ["bash", "-c", `${prefix}${context.stdin}`, "bash", ...parameters];
    return context.execute(words, { stdin: "" });
  }
  let text: string;
  try {
    text = await context.read(file);
  } catch {
    return failure(`bash: ${file}: No such file or directory`, 127);
  }
  const shebang = /^#!.*\s-([eux]+)\s*\n/.exec(text)?.[1];
  const fromShebang = shebang === undefined ? "" : `set -${shebang}\n`;
  return inFrame(context, text, () =>
    context.original(["-c", `${fromShebang}${prefix}${text}`, file, ...positional]),
  );
}

async function trap(args: string[], context: CommandContext): Promise<CommandOutput> {
  const words = args[0] === "--" ? args.slice(1) : args;
  const [script, ...signals] = words;
  const frame = context.session.frames.at(-1);
  if (script === undefined || !frame || script === "-l" || script === "-p") return {};
  // Signals other than EXIT never come to a script that runs here.
  if (!signals.some((signal) => signal === "EXIT" || signal === "0")) return {};
  if (script === "-" || script === "") delete frame.onExit;
  else frame.onExit = { script, variables: context.variables() };
  return {};
}

async function umask(args: string[], context: CommandContext): Promise<CommandOutput> {
  const [mask] = args;
  const { filesystem } = context.host;
  if (mask === undefined) return { stdout: `${filesystem.umask.toString(8).padStart(4, "0")}\n` };
  if (!/^[0-7]{1,4}$/.test(mask)) return failure(`umask: ${mask}: octal number out of range`);
  filesystem.umask = Number.parseInt(mask, 8);
  return {};
}

/** Takes `NAME=value` words off the front. */
function takeAssignments(words: string[]): Record<string, string> {
  const taken: Record<string, string> = {};
  while (/^[A-Za-z_]\w*=/.test(words[0] ?? "")) {
    const [name = "", ...value] = (words.shift() ?? "").split("=");
    taken[name] = value.join("=");
  }
  return taken;
}

/** `env NAME=value… COMMAND`: the interpreter's own does not export what it sets to a shell that is itself started by a command, as sudo's is. */
async function env(args: string[], context: CommandContext): Promise<CommandOutput> {
  const rest = [...args];
  if (rest[0]?.startsWith("-")) return failure(`env: ${rest[0]}: option not understood`, 125);
  const environment = { ...context.environment, ...takeAssignments(rest) };
  if (rest.length > 0) return context.execute(rest, { stdin: context.stdin, environment });
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
  return { stdout: lines.join("") };
}

async function sudo(args: string[], context: CommandContext): Promise<CommandOutput> {
  const rest = [...args];
  const environment: Record<string, string> = {};
  let keeps = false;
  while (rest[0]?.startsWith("-")) {
    const option = rest.shift() ?? "";
    if (option === "--") break;
    if (option === "-u" || option === "-g") {
      const user = rest.shift();
      if (user !== "root") return failure(`sudo: only root is likened, not ${user}`);
    } else if (option === "-E" || option.startsWith("--preserve-env")) keeps = true;
    else if (!/^-[nHSi]+$/.test(option)) return failure(`sudo: ${option}: option not understood`);
  }
  Object.assign(environment, takeAssignments(rest));
  if (rest.length === 0) return failure("usage: sudo [-n] command");
  context.session.elevations += 1;
  try {
    const kept = keeps ? context.environment : {};
    return await context.execute(rest, { stdin: context.stdin, environment: { ...kept, ...environment } });
  } finally {
    context.session.elevations -= 1;
  }
}

/** The shell itself, and what changes its state. */
export const shellCommands: CommandTable = {
  bash: open(bash),
  sh: open(bash),
  dash: open(bash),
  trap: open(trap),
  umask: open(umask),
  sudo: open(sudo),
  env: open(env),
};
