/**
 * The walking skeleton: test/estates/small through all six stacks by the real engine, on a simulated Scaleway of its own.
 * One story, told in order: each step stands on the one before.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { declarationsOf } from "../model/proof/declarations.ts";
import { readNetwork } from "../model/proof/read/index.ts";
import { type Deployment, runStacks } from "../operations/deploy.ts";
import { demonstrate } from "../operations/disaster/demo.ts";
import { type Credentials, ensureCredentials } from "../operations/embedded/credentials.ts";
import {
  type LogEntry,
  type SimulatorControl,
  simulatorControl,
} from "../operations/embedded/simulator-control.ts";
import { startSimulator } from "../operations/embedded/simulator-process.ts";
import { ensureStack, estatePath } from "../operations/embedded/stacks.ts";
import { readMemory, requireEstate, requirePlan } from "../operations/estates.ts";
import { readStacks } from "../operations/proof/documents.ts";
import { proveInstants } from "../operations/proof/instants.ts";
import { liveNetworkOf } from "../operations/proof/live.ts";
import { provedNetwork } from "../operations/proof/prove.ts";
import { Progress } from "../operations/terminal.ts";
import { stackKinds, stackName } from "../stacks/stack-names.ts";
import { openTestWorld, type TestWorld } from "./operations/world.ts";

const checkout = join(import.meta.dirname, "..");

describe("a small town", () => {
  let world: TestWorld;
  let deployment: Deployment;
  let control: SimulatorControl;
  let credentials: Credentials;
  let empty: Readonly<Record<string, number>>;

  beforeAll(async () => {
    world = await openTestWorld("archipel", join(checkout, "stacks", "index.ts"));
    credentials = await ensureCredentials(world.world);
    const { folder, estate } = requireEstate(join(checkout, "test", "estates", "small"));
    const { quotas, assumptions } = estate.organisation;
    const { url } = await startSimulator(world.world, { quotas, assumptions });
    control = simulatorControl(url, credentials.controlToken);
    empty = (await control.status()).resources;
    const progress = new Progress({ kind: "plain", write: () => {} });
    deployment = { workspace: world, place: "embedded", folder, estate, progress };
    // Nothing of this town is worth protecting: it is taken down at the end.
    for (const kind of stackKinds) {
      const config = { "archipel:estate": estatePath(world.world, folder), "archipel:protection": "off" };
      await ensureStack(world, stackName("small", kind), config);
    }
  });

  afterAll(() => world.close());

  it("is killed while its first zone goes up, and recovered", async () => {
    await runStacks(deployment, "up", "foundation");
    const { lastEntry } = await control.status();
    const command = spawn(
      process.execPath,
      [join(checkout, "test/operations/run-up.ts"), world.world.project, "small.par-1"],
      { env: world.environment, stdio: "ignore", detached: true },
    );
    const ended = once(command, "exit");
    while (command.exitCode === null && (await control.status()).lastEntry < lastEntry + 120) await delay(5);
    // The command alone: its engine and plugins go on until recovery ends them.
    command.kill("SIGKILL");
    await ended;

    const [outcome] = await runStacks(deployment, "up", "par-1");
    expect(outcome?.exitCode).toBe(0);
  });

  it("goes up through all six stacks", async () => {
    const outcomes = await runStacks(deployment, "up");
    expect(outcomes.map(({ stack }) => stack).sort()).toEqual(
      stackKinds.map((kind) => stackName("small", kind)).sort(),
    );
  });

  it("is then as its plan says, each thing once", async () => {
    const { plan } = requirePlan(deployment.folder, deployment.estate);
    const machines = await control.machines();
    const names = machines.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(machines.filter(({ kind }) => kind === "bare-metal")).toHaveLength(plan.summary.bareMetal);
    expect(machines.filter(({ kind }) => kind === "instance")).toHaveLength(plan.summary.instances);
  });

  it("is proved as Scaleway lists it: the same verdict of every pair as of the states", async () => {
    const read = await liveNetworkOf(deployment);
    const { proof, report } = provedNetwork(read, undefined);
    expect(report).toMatchObject({ source: "api", violations: [], undetermined: [], held: true });
    const states = readNetwork(await readStacks(deployment, "states"));
    const source = { ...read, network: states, source: "states" };
    expect(proof.pairs).toEqual(provedNetwork(source, undefined).proof.pairs);
  });

  it("keeps credentials out of states, logs and the simulator's log", async () => {
    const secrets = [credentials.secretKey, credentials.controlToken, privateKeyBody(world.world.sshKey)];
    const texts = [...filesBelow(world.world.backend), ...filesBelow(world.world.logs)].map((file) =>
      readFileSync(file, "utf8"),
    );
    for await (const entry of control.log(0)) texts.push(JSON.stringify(entry));
    for (const secret of secrets) expect(texts.some((text) => text.includes(secret))).toBe(false);
  });

  it("has nothing to change, loses par-1, switches by updates only without calling it, and switches back", async () => {
    // As a drill leaves it that was killed in the middle.
    await control.lose("fr-par-1", "refuse");
    const demonstration = await demonstrate(deployment);
    expect([...demonstration.up, ...demonstration.preview].flatMap(({ steps }) => steps)).toEqual([]);
    const { evidence } = demonstration;
    expect(evidence.faults).toEqual([]);
    expect(evidence.calls.toLostZone).toEqual([]);
    expect(evidence.switchUpdates).toBeGreaterThan(0);
    expect(evidence.names.length).toBeGreaterThan(0);
    expect(evidence.writers).toEqual([
      { group: "payroll-db", server: "payroll-db-par-2-1", verdict: "told" },
    ]);
    expect(evidence.verdict).toBe("passed");
  });

  it("is as it was after the drill", async () => {
    const outcomes = await runStacks(deployment, "preview");
    expect(outcomes.flatMap(({ steps }) => steps)).toEqual([]);
  });

  it("is destroyed to nothing", async () => {
    await runStacks(deployment, "destroy");
    // A root DNS zone cannot be deleted (Scaleway answers 403, which the provider takes for done): it stays, with its two name servers.
    expect((await control.status()).resources).toEqual({ ...empty, "domain.zone": 1, "domain.record": 2 });
  });

  it("was never open at any instant, from the first call to the last", async () => {
    const entries: LogEntry[] = [];
    for await (const entry of control.log(0)) entries.push(entry);
    const { estate, folder } = deployment;
    const declared = declarationsOf(estate, readMemory(folder).pools);
    const report = proveInstants({ estate, declared, entries, after: 0, compare: 20 });
    expect(report.open).toEqual([]);
    expect(report.undetermined).toEqual([]);
    expect(report.dayZero).toEqual([]);
    expect(report.compared).toBe(20);
    expect(report.differences).toEqual([]);
    // Machines booted, rules were loaded, links came and went: not an empty story.
    expect(report.instants).toBeGreaterThan(500);
    expect(report.held).toBe(true);
  });
});

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** A line of the key's body: armour lines are in every key. */
function privateKeyBody(file: string): string {
  return readFileSync(file, "utf8").split("\n")[2] as string;
}
