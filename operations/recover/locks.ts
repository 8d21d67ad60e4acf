/** Who holds a stack: the locks that the engine leaves in its own backends (sdk 3.250, diy backend). */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commandLine, isAlive } from "../embedded/processes.ts";
import { pulumi, type Workspace } from "../engine/engine.ts";
import { VisibleError } from "../errors.ts";

export interface Lock {
  readonly pid: number;
  readonly hostname: string;
  readonly username: string;
}

/** The locks of a stack in a file backend; none are seen in any other. */
export function locksOf(backendUrl: string | undefined, project: string, stack: string): readonly Lock[] {
  if (!backendUrl?.startsWith("file://")) return [];
  const folder = join(fileURLToPath(backendUrl), ".pulumi", "locks", "organization", project, stack);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .flatMap((name) => {
      try {
        return [JSON.parse(readFileSync(join(folder, name), "utf8")) as Lock];
      } catch {
        // Let go between the listing and the reading, or written half: nobody holds it.
        return [{ pid: 0, hostname: hostname(), username: "" }];
      }
    });
}

/** Locks as the engine names them when it refuses: `created by user@host (pid 42) at …`, one a line. */
export function locksInText(text: string): readonly Lock[] {
  return [...text.matchAll(/created by (\S+)@(\S+) \(pid (\d+)\)/g)].map(([, username, host, pid]) => ({
    username: username as string,
    hostname: host as string,
    pid: Number(pid),
  }));
}

/** Whether the process that took a lock is gone for certain. Of another machine's processes nothing is known. */
export function isStale(lock: Lock): boolean {
  if (lock.hostname !== hostname()) return false;
  if (!isAlive(lock.pid)) return true;
  const command = commandLine(lock.pid);
  // A pid is given again some time after its process ended.
  return command !== "" && !command.includes("pulumi");
}

/** Refuses a stack that a living process holds, or one of another machine. */
export function refuseHeld(stack: string, locks: readonly Lock[]): void {
  const held = locks.find((lock) => !isStale(lock));
  if (held === undefined) return;
  throw new VisibleError(
    "stack-in-use",
    `${stack} is held by process ${held.pid} of ${held.username} on ${held.hostname}`,
    held.hostname === hostname()
      ? "Wait for it to end, or end it, and try again."
      : `See on ${held.hostname} whether it still runs; if not: npx pulumi cancel -s ${stack}`,
  );
}

/** Removes a stack's locks, whose holders are all dead. */
export async function removeLocks(
  workspace: Workspace,
  stack: string,
  locks: readonly Lock[],
): Promise<number> {
  if (locks.length > 0) await pulumi(workspace, ["cancel", "--yes", "--stack", stack]);
  return locks.length;
}
