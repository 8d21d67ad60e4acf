/** What `archipel diff` says of a town that is deployed and of a branch that would change it: states and previews of the real engine. */
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Estate } from "../model/estate/index.ts";
import { declarationsOf } from "../model/proof/declarations.ts";
import type { Network } from "../model/proof/network.ts";
import { readNetwork } from "../model/proof/read/index.ts";
import type { Deployment } from "../operations/deploy.ts";
import { startSimulator } from "../operations/embedded/simulator-process.ts";
import { ensureStack } from "../operations/embedded/stacks.ts";
import { requireSuccess, runEngine } from "../operations/engine/engine.ts";
import { readMemory, requireEstate } from "../operations/estates.ts";
import type { DiffReport } from "../operations/proof/diff.ts";
import { diffNetworks } from "../operations/proof/diff.ts";
import { readStacks } from "../operations/proof/documents.ts";
import { diffMarkdown } from "../operations/proof/markdown.ts";
import type { ReadNetwork } from "../operations/proof/networks.ts";
import { Progress } from "../operations/terminal.ts";
import { deploymentOrder, type StackKind, stackKinds, stackName } from "../stacks/stack-names.ts";
import { openTestWorld, type TestWorld } from "./operations/world.ts";

const checkout = join(import.meta.dirname, "..");
const reviewed = join(checkout, "test", "estates", "small");

describe("a branch of a town that is deployed", () => {
  let world: TestWorld;
  let folder: string;
  let deployed: Network;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "archipel-branch-"));
    cpSync(reviewed, folder, { recursive: true });
    world = await openTestWorld("archipel", join(checkout, "stacks", "index.ts"));
    const { quotas, assumptions } = requireEstate(reviewed).estate.organisation;
    await startSimulator(world.world, { quotas, assumptions });
    for (const kind of stackKinds) {
      const config = { "archipel:estate": folder, "archipel:protection": "off" };
      await ensureStack(world, stackName("small", kind), config);
    }
    // `edge` and `dr` hold nothing of the network, and are not up: their previews make them.
    const up = async (kind: StackKind) =>
      requireSuccess(await runEngine(world, "up", stackName("small", kind)), "taking up");
    for (const wave of deploymentOrder.slice(0, 3)) await Promise.all(wave.map(up));
    deployed = readNetwork(await readStacks(deployment(requireEstate(folder).estate), "states"));
  });

  afterAll(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function deployment(estate: Estate): Deployment {
    const progress = new Progress({ kind: "plain", write: () => {} });
    return { workspace: world, place: "embedded", folder, estate, progress };
  }

  /** As the command reads it: the branch, whatever is reviewed. */
  async function preview(): Promise<Omit<ReadNetwork, "estate" | "declared">> {
    const documents = await readStacks(deployment(requireEstate(folder).estate), "preview");
    const { disruptions } = documents;
    const seconds = { stacks: 0, read: 0 };
    return { network: readNetwork(documents), source: "preview", disruptions, seconds };
  }

  /** `estate` says what is approved. */
  function diff(after: Omit<ReadNetwork, "estate" | "declared">, estate: string): DiffReport {
    const approved = requireEstate(estate).estate;
    return diffNetworks(
      { network: deployed, source: "states" },
      { ...after, estate: approved, declared: declarationsOf(approved, readMemory(estate).pools) },
    );
  }

  it("changes nothing as long as it is the same", async () => {
    const report = diff(await preview(), folder);
    expect(report).toMatchObject({ held: true, changes: [], undetermined: [], disruptions: [] });
  });

  it("opens a flow: approved where the estate declares it, named with its packet where nobody reviewed it", async () => {
    appendFileSync(
      join(folder, "applications", "agenda.yaml"),
      'flows:\n  - { to: payroll, ports: [5432], why: "nobody has reviewed this one", owner: town-secretary }\n',
    );
    const after = await preview();
    const unreviewed = diff(after, reviewed);
    expect(unreviewed.held).toBe(false);
    expect(unreviewed.undetermined).toEqual([]);
    expect(unreviewed.changes).toMatchObject([
      {
        kind: "opened",
        from: "agenda",
        to: "payroll",
        family: 4,
        services: ["tcp/5432"],
        unapproved: ["tcp/5432"],
      },
    ]);
    expect(unreviewed.changes[0]?.packet).toMatch(/^10\.[0-9.]+:\d+ → 10\.[0-9.]+:5432 tcp$/);
    // Rules change in place.
    expect(unreviewed.disruptions).toEqual([]);

    const declared = diff(after, folder);
    expect(declared.held).toBe(true);
    expect(declared.changes).toMatchObject([
      {
        kind: "opened",
        unapproved: [],
        approvedBy: [{ key: "agenda → payroll tcp/5432", declaredBy: "agenda" }],
      },
    ]);
  });

  it("replaces and reboots servers, and says so in a screenful", async () => {
    edit("portal", "offer: PLAY2-NANO", "offer: PLAY2-MICRO");
    edit("payroll", "offer: EM-B220E-NVME", "offer: EM-B320E-NVME");
    const report = diff(await preview(), folder);
    expect(report.held).toBe(true);
    const replaced = { kind: "replaced", type: "elasticmetal/server", because: ["offer"] };
    const rebooted = { kind: "rebooted", type: "instance/server", because: ["type"] };
    expect(report.disruptions?.slice(0, 4)).toEqual([
      { ...replaced, resource: "payroll-db-par-1-1" },
      { ...replaced, resource: "payroll-db-par-2-1" },
      { ...rebooted, resource: "portal-web-par-1-1" },
      { ...rebooted, resource: "portal-web-par-2-1" },
    ]);
    const markdown = diffMarkdown(report);
    expect(markdown).toContain("#### Opens");
    expect(markdown).toContain("**Replaces 6:** payroll-db-par-1-1 (elasticmetal/server: offer), ");
    expect(markdown).toContain(
      "**Reboots 2:** portal-web-par-1-1 (instance/server: type), portal-web-par-2-1",
    );
    expect(markdown.split("\n").length).toBeLessThan(40);
  });

  function edit(application: string, from: string, to: string): void {
    const file = join(folder, "applications", `${application}.yaml`);
    const text = readFileSync(file, "utf8");
    expect(text).toContain(from);
    writeFileSync(file, text.replace(from, to));
  }
});

it("a town that is not deployed is told by every stack that was looked for, with nothing after the error", async () => {
  const world = await openTestWorld("archipel", join(checkout, "stacks", "index.ts"));
  try {
    const lines: string[] = [];
    const progress = new Progress({ kind: "plain", write: (text) => void lines.push(text) });
    const deployment = { workspace: world, place: "embedded", ...requireEstate(reviewed), progress } as const;
    const error = await readStacks(deployment, "states").catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "stack-not-up" });
    const named = String(error).match(/the stack small\.[a-z0-9-]+ is not up/g);
    expect(named).toHaveLength(2);
    expect(lines.filter((line) => line.startsWith("✗"))).toHaveLength(2);
  } finally {
    await world.close();
  }
});
