/** The simulated Scaleway as a process of its own: it outlives the command that started it, and its state outlives it. */
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { VisibleError } from "../errors.ts";
import { type Credentials, ensureCredentials, saveCredentials } from "./credentials.ts";
import { type Grants, mergeGrants } from "./grants.ts";
import { freePort, isFree } from "./ports.ts";
import { commandLine, isAlive } from "./processes.ts";
import { type SimulatorStatus, simulatorControl } from "./simulator-control.ts";
import { checkout, exclusively, readJson, type World, writeSecretFile } from "./world.ts";

const START_SECONDS = 30;
const STOP_SECONDS = 15;
const PROGRAM = join(checkout, "local", "simulator", "main.ts");

interface ProcessFile {
  readonly url: string;
  readonly pid: number;
}

export type SimulatorState =
  | {
      readonly state: "running";
      readonly pid: number;
      readonly url: string;
      readonly detail: SimulatorStatus;
    }
  | { readonly state: "stopped" };

const processFile = (world: World): string => join(world.simulator, "process.json");
const settingsFile = (world: World): string => join(world.simulator, "settings.json");
const logFile = (world: World): string => join(world.logs, "simulator.log");

/** Whether this world's simulator answers. A process file left by a kill, or a pid that is someone else's now, counts as stopped. */
export async function simulatorStatus(world: World): Promise<SimulatorState> {
  const written = readJson<ProcessFile>(processFile(world));
  const credentials = readJson<Credentials>(world.credentials);
  if (written === undefined || credentials === undefined || !isAlive(written.pid))
    return { state: "stopped" };
  const detail = await simulatorControl(written.url, credentials.controlToken)
    .status()
    .catch(() => undefined);
  // Only our own answers to this world's control token.
  if (detail === undefined) return { state: "stopped" };
  return { state: "running", pid: written.pid, url: written.url, detail };
}

/**
 * Starts the simulator unless it runs, and waits until it answers. State kept from before is served again. Grants of another
 * estate are merged; where they take other assumptions, the simulator is started again with its state.
 */
export async function startSimulator(
  world: World,
  grants?: Grants,
): Promise<{ readonly url: string; readonly started: "now" | "before" }> {
  return exclusively(world, "simulator", async () => {
    const credentials = await ensureCredentials(world);
    const before = mergeGrants(readJson<Grants>(settingsFile(world)), undefined);
    const wanted = mergeGrants(before, grants);
    const current = await simulatorStatus(world);
    if (current.state === "running" && isDeepStrictEqual(before.assumptions, wanted.assumptions)) {
      if (!isDeepStrictEqual(before, wanted)) {
        await simulatorControl(current.url, credentials.controlToken).grant(wanted.quotas);
        saveSettings(world, credentials, wanted);
      }
      return { url: current.url, started: "before" };
    }
    if (current.state === "running") await end(world, current.pid);
    const reachable = (await isFree(credentials.port))
      ? credentials
      : { ...credentials, port: await freePort() };
    if (reachable !== credentials) saveCredentials(world, reachable);
    saveSettings(world, reachable, wanted);
    return { url: await launch(world, reachable), started: "now" };
  });
}

function saveSettings(world: World, credentials: Credentials, grants: Grants): void {
  const settings = { stateDirectory: world.simulator, ...credentials, ...grants };
  writeSecretFile(settingsFile(world), `${JSON.stringify(settings, undefined, 2)}\n`);
}

async function launch(world: World, credentials: Credentials): Promise<string> {
  rmSync(processFile(world), { force: true });
  const log = openSync(logFile(world), "w", 0o600);
  const child = spawn(process.execPath, [PROGRAM, "--settings", settingsFile(world)], {
    cwd: world.home,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  let ended: string | undefined;
  child.once("error", (error) => {
    ended = error.message;
  });
  child.once("exit", (code, signal) => {
    ended = `it ended with ${signal ?? `exit code ${code}`}`;
  });
  const deadline = performance.now() + START_SECONDS * 1000;
  while (ended === undefined && performance.now() < deadline) {
    const current = await simulatorStatus(world);
    if (current.state === "running") {
      child.unref();
      return current.url;
    }
    await delay(50);
  }
  if (ended === undefined) child.kill("SIGKILL");
  throw new VisibleError(
    "simulator-failed",
    `the simulated Scaleway did not start on port ${credentials.port}: ${ended ?? `no answer within ${START_SECONDS} s`}\n${lastLines(logFile(world))}`,
    `Its whole log is ${logFile(world)}.`,
  );
}

/** Stops the simulator and waits for its end; its state stays. */
export async function stopSimulator(world: World): Promise<"stopped" | "was not running"> {
  return exclusively(world, "simulator", async () => {
    const written = readJson<ProcessFile>(processFile(world));
    if (written === undefined || !isAlive(written.pid)) return "was not running";
    const ours =
      (await simulatorStatus(world)).state === "running" ||
      commandLine(written.pid).includes(settingsFile(world));
    if (!ours) return "was not running";
    await end(world, written.pid);
    return "stopped";
  });
}

async function end(world: World, pid: number): Promise<void> {
  process.kill(pid, "SIGTERM");
  const deadline = performance.now() + STOP_SECONDS * 1000;
  while (isAlive(pid)) {
    // Its store survives a kill; one that hangs must not keep the port.
    if (performance.now() > deadline) process.kill(pid, "SIGKILL");
    await delay(25);
  }
  rmSync(processFile(world), { force: true });
}

/** The running simulator's address, or what to type. */
export async function requireSimulator(world: World): Promise<string> {
  const current = await simulatorStatus(world);
  if (current.state === "running") return current.url;
  throw new VisibleError(
    "simulator-not-running",
    "no Scaleway credentials are set, and this checkout's simulated Scaleway is not running",
    "Start it: npx archipel local start",
  );
}

function lastLines(path: string): string {
  if (!existsSync(path)) return "";
  return readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .slice(-8)
    .map((line) => `  ${line}`)
    .join("\n");
}
