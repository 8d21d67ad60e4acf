/** The pack `segmentation` under the real engine: a preview on an empty backend fails where a flow was not reviewed. */
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policyPack } from "../operations/deploy.ts";
import { ensureStack } from "../operations/embedded/stacks.ts";
import { type Outcome, runEngine } from "../operations/engine/engine.ts";
import { openTestWorld, type TestWorld } from "./operations/world.ts";

const checkout = join(import.meta.dirname, "..");
const reviewed = join(checkout, "test", "estates", "small");

describe("a preview on an empty backend", () => {
  let world: TestWorld;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "archipel-unreviewed-"));
    cpSync(reviewed, folder, { recursive: true });
    world = await openTestWorld("archipel", join(checkout, "test", "programs", "unreviewed", "index.ts"));
  });

  afterAll(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function preview(
    kind: "foundation" | "par-1",
    pack = policyPack,
    estate = reviewed,
  ): Promise<Outcome> {
    await ensureStack(world, `small.${kind}`, { "archipel:estate": folder, "archipel:protection": "off" });
    const environment = { ...world.environment, REVIEWED_ESTATE: estate };
    return runEngine({ ...world, environment }, "preview", `small.${kind}`, { policyPack: pack });
  }

  it("passes, with a verdict of every policy, where the estate is the reviewed one", async () => {
    for (const kind of ["foundation", "par-1"] as const) {
      const outcome = await preview(kind);

      expect(outcome.violations.map(({ policy, message }) => `${policy}: ${message}`)).toEqual([]);
      expect(outcome.exitCode).toBe(0);
    }
  });

  it("fails where a flow is open that nobody reviewed", async () => {
    appendFileSync(
      join(folder, "applications", "agenda.yaml"),
      'flows:\n  - { to: payroll, ports: [5432], why: "nobody has reviewed this one", owner: town-secretary }\n',
    );
    const outcome = await preview("par-1");
    expect(outcome.exitCode).not.toBe(0);
    expect(outcome.violations.map(({ policy, level }) => ({ policy, level }))).toEqual([
      { policy: "segmentation/firewall-rules-within-intents", level: "mandatory" },
    ]);
    expect(outcome.violations[0]?.message).toContain("opens agenda → payroll tcp/5432");
  });

  it("fails where the reviewed estate has mistakes: said once, each at its place, and no stack trace", async () => {
    const broken = mkdtempSync(join(tmpdir(), "archipel-broken-"));
    cpSync(reviewed, broken, { recursive: true });
    appendFileSync(join(broken, "applications", "agenda.yaml"), "colour: blue\n");
    const outcome = await preview("foundation", policyPack, broken);
    expect(outcome.exitCode).not.toBe(0);
    const said = outcome.errors.join("\n");
    expect(said.match(/the reviewed estate has mistakes/g)).toHaveLength(1);
    expect(said).toMatch(/applications\/agenda\.yaml:\d+:1: error SHAPE-001/);
    expect(said).not.toMatch(/^\s+at /m);
    expect(readFileSync(outcome.log, "utf8")).not.toMatch(/^\s+at .*estate\.ts/m);
    rmSync(broken, { recursive: true });
  });

  it("fails without its pack", async () => {
    const outcome = await preview("foundation", join(folder, "no-such-pack"));
    expect(outcome.exitCode).not.toBe(0);
    expect(outcome.errors.join("\n")).toContain("no-such-pack");
  });
});
