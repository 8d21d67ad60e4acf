/** The packs under the real engine on programs that know nothing of them: what is wrong is refused at preview, what is right passes. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policyPack } from "../operations/deploy.ts";
import { ensureStack } from "../operations/embedded/stacks.ts";
import { type Outcome, runEngine } from "../operations/engine/engine.ts";
import { openTestWorld, type TestWorld } from "./operations/world.ts";
import { caughtBy } from "./policies/strangers/public-database.ts";

describe("a stranger's program", () => {
  let world: TestWorld;

  beforeAll(async () => {
    world = await openTestWorld("stranger", join(import.meta.dirname, "programs", "stranger", "index.ts"));
    await ensureStack(world, "dev", {});
  });

  afterAll(async () => {
    await world.close();
  });

  function preview(stranger: string): Promise<Outcome> {
    const environment = { ...world.environment, STRANGER: stranger };
    return runEngine({ ...world, environment }, "preview", "dev", { policyPack });
  }

  it("passes in silence when it is careful", async () => {
    const outcome = await preview("careful");
    expect(outcome.violations).toEqual([]);
    expect(outcome.exitCode).toBe(0);
  });

  it("is refused for what the provider's defaults would open", async () => {
    const outcome = await preview("public-database");
    expect(outcome.exitCode).not.toBe(0);
    expect(outcome.violations.filter(({ level }) => level !== "mandatory")).toEqual([]);
    const names = outcome.violations.map(({ policy }) => policy.slice(policy.indexOf("/") + 1));
    expect(names).toEqual(expect.arrayContaining(caughtBy));
  });
});
