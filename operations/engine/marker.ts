/**
 * Every engine that we start carries, in its environment and so in its plugins', whose world it works on and which process
 * started it. What a kill leaves behind is found by that, never by a program's name.
 */
import { startTime } from "../embedded/processes.ts";
import type { World } from "../embedded/world.ts";

export const WORLD_VARIABLE = "ARCHIPEL_WORLD";
export const RUN_VARIABLE = "ARCHIPEL_RUN";

let runs = 0;

/** `<pid of the runner>.<its start time>.<count>`. */
export function newMarker(world: World): Readonly<Record<string, string>> {
  runs += 1;
  return { [WORLD_VARIABLE]: world.home, [RUN_VARIABLE]: `${process.pid}.${startTime(process.pid)}.${runs}` };
}

/** The process that a marker names. */
export function runnerOf(run: string): { readonly pid: number; readonly startTime: string } {
  const [pid = "0", started = ""] = run.split(".");
  return { pid: Number(pid), startTime: started };
}
