/** Engines and plugins that a killed command left running: they would still create, or hold a lock, unseen. */
import { setTimeout as delay } from "node:timers/promises";
import { allPids, environmentOf, isAlive, startTime } from "../embedded/processes.ts";
import type { World } from "../embedded/world.ts";
import { RUN_VARIABLE, runnerOf, WORLD_VARIABLE } from "../engine/marker.ts";

const GRACE_SECONDS = 10;

/** Processes of this world whose runner is dead. Others' are never among them, nor those of a run that goes on. */
export function orphans(world: World): readonly number[] {
  return allPids().filter((pid) => {
    if (pid === process.pid) return false;
    const environment = environmentOf(pid);
    const run = environment[RUN_VARIABLE];
    if (run === undefined || environment[WORLD_VARIABLE] !== world.home) return false;
    const runner = runnerOf(run);
    return !(isAlive(runner.pid) && startTime(runner.pid) === runner.startTime);
  });
}

/**
 * Ends orphans: first as Ctrl-C would, so that an engine that still works saves what it knows and lets go of its lock, then by
 * force. Returns how many there were.
 */
export async function endOrphans(world: World): Promise<number> {
  const found = orphans(world);
  signal(found, "SIGINT");
  const deadline = performance.now() + GRACE_SECONDS * 1000;
  while (found.some(isAlive) && performance.now() < deadline) await delay(50);
  signal(found.filter(isAlive), "SIGKILL");
  while (found.some(isAlive)) await delay(20);
  return found.length;
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
