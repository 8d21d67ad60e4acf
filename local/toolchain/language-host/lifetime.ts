import { connect } from "node:net";

const POLL_MILLISECONDS = 200;
const CONNECT_MILLISECONDS = 2_000;

/**
 * Calls `leave` when the process that started this one is gone, even by SIGKILL: the engine would otherwise leave its language
 * host, and the programs that this runs, behind. A dead parent shows as another parent process id.
 */
export function leaveWithParent(engine: string, leave: () => void): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) leave();
  }, POLL_MILLISECONDS).unref();

  // The engine may have died before the line above: then it answers no more either.
  const separator = engine.lastIndexOf(":");
  if (separator < 0) return;
  const probe = connect(Number(engine.slice(separator + 1)), engine.slice(0, separator));
  probe.setTimeout(CONNECT_MILLISECONDS, () => probe.destroy());
  probe.once("connect", () => probe.destroy());
  probe.once("error", leave);
}
