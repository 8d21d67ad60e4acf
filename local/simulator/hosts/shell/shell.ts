import { AsyncLocalStorage } from "node:async_hooks";
import { Bash, type Command, decodeBytesToUtf8, defineCommand, latin1FromBytes } from "just-bash";
import type { HostFilesystem } from "../filesystem/host-filesystem.ts";
import type { Host } from "../host.ts";
import type { CommandContext, CommandOutput, HostCommand, ShellSession } from "./command.ts";
import { exitTrap } from "./exit-trap.ts";
import { hostCommands } from "./host-commands.ts";

/** A script to run on a host. */
export interface RunRequest {
  script: string;
  /** Raw bytes; empty when left out. */
  stdin?: Buffer;
  environment?: Record<string, string>;
  /** Default root. */
  user?: string;
}

export interface RunResult {
  stdout: Buffer;
  stderr: Buffer;
  exitCode: number;
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
/** A configuration script that takes longer than this is stopped, as a guard of the simulator itself. */
const longestRun = 120_000;

type BashContext = Parameters<Command["execute"]>[1];
type BashResult = Awaited<ReturnType<Command["execute"]>>;

function isBytes(result: { stdoutKind?: string; stdoutEncoding?: string }): boolean {
  return result.stdoutKind === "bytes" || result.stdoutEncoding === "binary";
}

function outputOf(result: BashResult): CommandOutput {
  const stdout = isBytes(result) ? Buffer.from(result.stdout, "latin1").toString("utf8") : result.stdout;
  return { stdout, stderr: result.stderr, exitCode: result.exitCode };
}

function contextOf(session: ShellSession, bash: BashContext): CommandContext {
  const { host } = session;
  const stdin = decodeBytesToUtf8(bash.stdin);
  const { exec } = bash;
  if (!exec) throw new Error("just-bash gave a command no way to run others");
  const resolve = (name: string): string => host.filesystem.resolvePath(bash.cwd, name);
  return {
    session,
    host,
    cwd: bash.cwd,
    environment: bash.exportedEnv ?? {},
    stdin,
    variables: () => Object.fromEntries(bash.env),
    resolve,
    read: async (name) =>
      name === "-" || name === "/dev/stdin" ? stdin : host.filesystem.readFile(resolve(name)),
    execute: async ([name = "", ...args], options) => {
      const given = options?.stdin;
      const input =
        given === undefined
          ? { stdin: latin1FromBytes(bash.stdin), stdinKind: "bytes" as const }
          : { stdin: given, stdinKind: "text" as const };
      // Every word is quoted so that none of the caller is ever parsed as shell. Variables go before the command, as
      // assignments: those handed to the interpreter apart are set in the nested shell but not exported by it.
      const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
      const assignments = Object.entries(options?.environment ?? {})
        .filter(
          ([variable, value]) => /^[A-Za-z_]\w*$/.test(variable) && bash.exportedEnv?.[variable] !== value,
        )
        .map(([variable, value]) => `${variable}=${quoted(value)}`);
      const command = [...assignments, ...[name, ...args].map(quoted)].join(" ");
      return outputOf(await exec(command, { cwd: bash.cwd, env: bash.exportedEnv ?? {}, ...input }));
    },
    script: async (text, variables) => outputOf(await exec(text, { cwd: bash.cwd, env: variables ?? {} })),
    original: async (args) => {
      if (!bash.origCommand) return { exitCode: 127, stderr: "command not found\n" };
      return outputOf(await bash.origCommand(args));
    },
  };
}

function mayRun(session: ShellSession): boolean {
  return session.user === "root" || session.elevations > 0;
}

/** The session whose script runs: one shell serves all sessions of a user on a host. */
const currentSession = new AsyncLocalStorage<ShellSession>();

function bashCommand(name: string, command: HostCommand): Command {
  return defineCommand(name, async (args, bash) => {
    const session = currentSession.getStore();
    if (!session) throw new Error(`${name} was called outside a session`);
    if (command.privileged && !mayRun(session)) {
      return { stdout: "", stderr: `${name}: Operation not permitted (you must be root)\n`, exitCode: 1 };
    }
    const { stdout = "", stderr = "", exitCode = 0 } = await command.run(args, contextOf(session, bash));
    return { stdout, stderr, exitCode };
  });
}

const bashCommands: Command[] = Object.entries(hostCommands).map(([name, command]) =>
  bashCommand(name, command),
);

function homeOf(user: string): string {
  return user === "root" ? "/root" : `/home/${user}`;
}

/** A host's shell for a user: made once, since it lays a program file for each of its commands. */
async function shellOf(host: Host, user: string): Promise<Bash> {
  const shells = shellsOf.get(host.filesystem) ?? new Map<string, Bash>();
  shellsOf.set(host.filesystem, shells);
  const present = shells.get(user);
  if (present) return present;
  const home = homeOf(user);
  const number = user === "root" ? 0 : 1000;
  const bash = new Bash({
    fs: host.filesystem,
    cwd: (await host.filesystem.exists(home)) ? home : "/",
    env: {
      HOME: home,
      USER: user,
      LOGNAME: user,
      SHELL: "/bin/bash",
      PATH: path,
      HOSTNAME: host.machine.name,
      LANG: "C.UTF-8",
    },
    processInfo: { pid: 4242, ppid: 1, uid: number, gid: number },
    executionLimits: { maxExecutionTimeMs: longestRun },
    customCommands: bashCommands,
    // The scripts are ours and the process holds nothing of value: patching its globals would hinder what runs beside.
    defenseInDepth: false,
  });
  shells.set(user, bash);
  return bash;
}
const shellsOf = new WeakMap<HostFilesystem, Map<string, Bash>>();

/**
 * Runs a script on a host in a bash likeness, with the programs of a Debian host.
 * Output comes whole at the end; what the shell itself cannot do fails with its own message and exit code.
 */
export async function runShell(host: Host, request: RunRequest): Promise<RunResult> {
  const user = request.user ?? "root";
  const session: ShellSession = { host, user, elevations: 0, frames: [{ source: request.script }] };
  return currentSession.run(session, () => runInSession(session, request));
}

async function runInSession(session: ShellSession, request: RunRequest): Promise<RunResult> {
  const { host, user } = session;
  const bash = await shellOf(host, user);
  const stdin = request.stdin?.toString("latin1") ?? "";
  const previousUmask = host.filesystem.umask;
  const options = { rawScript: true, stdin, stdinKind: "bytes" as const, env: request.environment ?? {} };
  const result = await bash.exec(request.script, options);
  const stdout = [Buffer.from(result.stdout, isBytes(result) ? "latin1" : "utf8")];
  const stderr = [Buffer.from(result.stderr)];
  const { exitCode } = result;
  const [frame] = session.frames;
  const trap = frame && exitTrap(frame, exitCode);
  if (trap) {
    const trapped = await bash.exec(trap.script, { rawScript: true, env: trap.variables });
    stdout.push(Buffer.from(trapped.stdout, isBytes(trapped) ? "latin1" : "utf8"));
    stderr.push(Buffer.from(trapped.stderr));
  }
  host.filesystem.umask = previousUmask;
  return { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), exitCode };
}
