import type { Host } from "../host.ts";

/** What a command wrote and how it ended; nothing written and exit code 0 when left out. */
export interface CommandOutput {
  stdout?: string;
  stderr?: string;
  exitCode?: number;
}

/** A trap of one shell: what to run when it exits, with the variables it had. */
export interface ShellFrame {
  /** Source of the shell, for the functions that a trap calls. */
  source: string;
  onExit?: { script: string; variables: Record<string, string> };
}

/** One session on a host: an SSH exec, a unit's command, a cloud-init step. */
export interface ShellSession {
  host: Host;
  user: string;
  /** Depth of `sudo`: above 0 every command has root's rights. */
  elevations: number;
  frames: ShellFrame[];
}

/** What a command of the host gets besides its arguments. */
export interface CommandContext {
  session: ShellSession;
  host: Host;
  /** Working folder, absolute. */
  cwd: string;
  environment: Record<string, string>;
  /** Standard input as text. */
  stdin: string;
  /** All shell variables, for traps. */
  variables: () => Record<string, string>;
  /** Absolute path of a possibly relative one. */
  resolve(path: string): string;
  /** A file's text; `-` and `/dev/stdin` are standard input. @throws Error when it does not exist. */
  read(path: string): Promise<string>;
  /** Runs words as a command, in the same session, with the same standard input unless another is given. */
  execute(
    words: readonly string[],
    options?: { stdin?: string; environment?: Record<string, string> },
  ): Promise<CommandOutput>;
  /** Runs a script text in a shell of its own. */
  script(text: string, variables?: Record<string, string>): Promise<CommandOutput>;
  /** The command of the same name that the shell itself brings, with other arguments. */
  original(args: string[]): Promise<CommandOutput>;
}

/** A program of a Debian host. */
export interface HostCommand {
  /** Refused to users other than root (without sudo), as the kernel would. */
  privileged: boolean;
  run(args: string[], context: CommandContext): Promise<CommandOutput>;
}

/** Commands by name. */
export type CommandTable = Readonly<Record<string, HostCommand>>;

/** A command anyone may run. */
export function open(run: HostCommand["run"]): HostCommand {
  return { privileged: false, run };
}

/** A command that needs root's rights. */
export function privileged(run: HostCommand["run"]): HostCommand {
  return { privileged: true, run };
}

/** A failure: what goes to stderr (a newline is added) and the exit code. */
export function failure(message: string, exitCode = 1): CommandOutput {
  return { stderr: `${message}\n`, exitCode };
}

/** Output of one or more lines. */
export function lines(...texts: string[]): CommandOutput {
  return texts.length === 0 ? {} : { stdout: `${texts.join("\n")}\n` };
}
