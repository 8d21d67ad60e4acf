/** A run killed at any moment ends, once recovered and run again, in the same resources as one that was left alone. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureCredentials } from "../../operations/embedded/credentials.ts";
import { allPids, commandLine, environmentOf } from "../../operations/embedded/processes.ts";
import { type SimulatorControl, simulatorControl } from "../../operations/embedded/simulator-control.ts";
import { configure, ensureStack, stateFile } from "../../operations/embedded/stacks.ts";
import { pulumi, requireSuccess, runEngine } from "../../operations/engine/engine.ts";
import { WORLD_VARIABLE } from "../../operations/engine/marker.ts";
import { orphans } from "../../operations/recover/orphans.ts";
import { needsRecovery, type Recovery, recover } from "../../operations/recover/recover.ts";
import { scalewayApi } from "../../operations/recover/scaleway-api.ts";
import { mulberry32 } from "../helpers/mulberry32.ts";
import { openTestWorld, type TestWorld } from "./world.ts";

const PROJECT = "networks";
const STACK = "kill";
const ISLANDS = 32;

/** What a kill hits: the engine alone, the engine with the command that runs it, or the command alone. */
const victims = ["engine", "engine and command", "command"] as const;

describe("recover", () => {
  let world: TestWorld;
  let control: SimulatorControl;
  const recoveries: Recovery[] = [];

  beforeAll(async () => {
    world = await openTestWorld(PROJECT, join(import.meta.dirname, "..", "programs", "networks", "index.ts"));
    control = simulatorControl(world.url, (await ensureCredentials(world.world)).controlToken);
    await ensureStack(world, STACK, { "networks:networks": "[]" }, PROJECT);
    requireSuccess(await runEngine(world, "up", STACK), "taking up");
  });

  afterAll(() => world.close());

  function enginePids(): readonly number[] {
    return allPids().filter(
      (pid) =>
        environmentOf(pid)[WORLD_VARIABLE] === world.world.home && /^\S*pulumi up /.test(commandLine(pid)),
    );
  }

  /** Starts `up` and kills it once the API has been called `calls` times. */
  async function upAndKill(calls: number, victim: (typeof victims)[number]): Promise<void> {
    const { lastEntry } = await control.status();
    const command = spawn(
      process.execPath,
      [join(import.meta.dirname, "run-up.ts"), world.world.project, STACK],
      { env: world.environment, stdio: "ignore" },
    );
    const ended = once(command, "exit");
    while (command.exitCode === null && (await control.status()).lastEntry < lastEntry + calls)
      await delay(2);
    const engines = enginePids();
    if (victim !== "engine") command.kill("SIGKILL");
    if (victim !== "command") for (const pid of engines) process.kill(pid, "SIGKILL");
    await ended;
  }

  async function islands(): Promise<readonly string[]> {
    const items = await scalewayApi(world.environment).list(
      "/vpc/v2/regions/fr-par/private-networks",
      "private_networks",
    );
    return items.map(({ name }) => String(name)).sort();
  }

  it.each(Array.from({ length: 20 }, (_, seed) => ({ seed })))("puts kill $seed right", async ({ seed }) => {
    const draw = mulberry32(seed);
    const random = (limit: number): number => draw() % limit;
    const wanted = Array.from({ length: ISLANDS }, (_, index) => `island-${index}`)
      .filter(() => random(3) > 0)
      .sort();
    configure(world.world, STACK, { "networks:networks": JSON.stringify(wanted) });
    await upAndKill(1 + random(ISLANDS * 2), victims[seed % victims.length] as (typeof victims)[number]);

    recoveries.push(await recover(world, STACK, PROJECT));
    expect(needsRecovery(world, STACK, PROJECT)).toBe("no");
    expect(orphans(world.world)).toEqual([]);

    requireSuccess(await runEngine(world, "up", STACK), "taking up");
    expect(await islands()).toEqual(wanted);
    const preview = requireSuccess(await runEngine(world, "preview", STACK), "previewing");
    expect(preview.steps).toEqual([]);
  });

  it("had something to put right", () => {
    // What a kill leaves depends on the machine's speed as well as on the seed: of which kind is not asked.
    const settled = recoveries.flatMap(({ settlements }) => settlements);
    const ended = recoveries.filter(({ orphans: processes, locks }) => processes > 0 || locks > 0);
    expect(settled.length).toBeGreaterThan(0);
    expect(ended.length).toBeGreaterThan(0);
  });

  it("reads a stack again whose metadata a kill left empty", async () => {
    // A backend of a user's own may keep metadata files; the embedded one does not.
    const backend = (world.environment.PULUMI_BACKEND_URL as string).replace(/\?.*$/, "");
    const workspace = { ...world, environment: { ...world.environment, PULUMI_BACKEND_URL: backend } };
    await ensureStack(workspace, "torn", { "networks:networks": "[]" }, PROJECT);
    const metadata = `${stateFile(backend, "torn", PROJECT)}.attrs`;
    expect(existsSync(metadata)).toBe(true);
    truncateSync(metadata);
    await expect(pulumi(workspace, ["stack", "export", "--stack", "torn"])).rejects.toThrow(/EOF/);

    await recover(workspace, "torn", PROJECT);
    await expect(pulumi(workspace, ["stack", "export", "--stack", "torn"])).resolves.toContain('"version"');
  });

  it("finds nothing to put right twice", async () => {
    expect(await recover(world, STACK, PROJECT)).toEqual({
      stack: STACK,
      orphans: 0,
      locks: 0,
      settlements: [],
    });
  });
});
