/** What the kernel says of processes. Reads /proc: on a system without it, only whether a pid is alive is known. */
import { readdirSync, readFileSync } from "node:fs";

/** Whether a process with this pid runs; a zombie, which only waits for its parent to read its end, does not. */
export function isAlive(pid: number): boolean {
  // Zero and below name groups of processes.
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return stat(pid)?.state !== "Z";
}

/** When a process started, in the kernel's ticks since boot: with the pid it names one process for ever. "" where unknown. */
export function startTime(pid: number): string {
  return stat(pid)?.startTime ?? "";
}

/** Arguments separated by spaces, or "". */
export function commandLine(pid: number): string {
  return read(pid, "cmdline").replaceAll("\0", " ").trim();
}

/** The environment that a process was started with; empty for another user's. */
export function environmentOf(pid: number): Readonly<Record<string, string>> {
  const entries = read(pid, "environ")
    .split("\0")
    .filter((entry) => entry.includes("="))
    .map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)] as const);
  return Object.fromEntries(entries);
}

/** Pids of all processes that can be seen. */
export function allPids(): readonly number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function stat(pid: number): { readonly state: string; readonly startTime: string } | undefined {
  const text = read(pid, "stat");
  if (text === "") return undefined;
  // The second field, the command's name, is in brackets and may hold spaces and brackets.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", startTime: fields[19] ?? "" };
}
