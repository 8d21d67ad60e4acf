import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readDependencies, requiredPackages } from "../../../local/toolchain/language-host/packages.ts";
import { Project } from "./project.ts";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): readonly Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        // A dead process that nobody has waited for yet is gone for us.
        if (state === "Z") return [];
        return [
          { pid: Number(pid), parent: Number(parent), command: readFileSync(`/proc/${pid}/cmdline`, "utf8") },
        ];
      } catch {
        return [];
      }
    });
}

function descendants(pid: number, all = processes()): readonly Process[] {
  return all
    .filter(({ parent }) => parent === pid)
    .flatMap((child) => [child, ...descendants(child.pid, all)]);
}

const pack = (level: string): string => `
import { PolicyPack } from "@pulumi/policy";
const kind: "no-password" = "no-password";
new PolicyPack("tried", {
  policies: [{
    name: kind, description: "Tried.", enforcementLevel: ${JSON.stringify(level)},
    validateStack: ({ resources }, report) => {
      for (const { type, name } of resources) if (type.endsWith("RandomPassword")) report(name + " is a password");
    },
  }],
});
`;

describe("the language host", () => {
  let project: Project;

  beforeAll(async () => {
    project = await Project.create(["@pulumi/random", "@pulumiverse/scaleway", "zod"]);
    mkdirSync(join(project.folder, "pack"));
    writeFileSync(
      join(project.folder, "pack/PulumiPolicy.yaml"),
      "runtime: { name: nodejs, options: { typescript: false } }\n",
    );
    writeFileSync(
      join(project.folder, "pack/package.json"),
      JSON.stringify({ name: "tried", version: "0.0.1", type: "module", main: "index.ts" }),
    );
  });

  afterAll(() => project.remove());

  it("runs TypeScript modules as they are, with configuration, secrets kept, and the program's own folder", async () => {
    project.write(`
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { doubled } from "./more.ts";
interface Answer { readonly value: number }
const answer: Answer = { value: doubled(new pulumi.Config().requireNumber("number")) };
export const value = await Promise.resolve(answer.value);
export const dry = pulumi.runtime.isDryRun();
export const where = [pulumi.getProject(), pulumi.getStack(), pulumi.getOrganization()];
export const node = process.version;
export const secret = new pulumi.Config().requireSecret("word");
export const main = readFileSync(new URL(import.meta.url), "utf8").length > 0;
`);
    writeFileSync(
      join(project.folder, "stacks/more.ts"),
      "export const doubled = (value: number): number => value * 2;\n",
    );
    await project.pulumi(["config", "set", "number", "21", "--stack", "tried.one"]);
    await project.pulumi(["config", "set", "--secret", "word", "hush", "--stack", "tried.one"]);
    const said = await project.up();
    expect(said).not.toMatch(/warning/i);
    expect(said).not.toContain("hush");
    expect(await project.outputs()).toEqual({
      value: 42,
      dry: false,
      where: ["tried", "tried.one", "organization"],
      node: process.version,
      secret: "hush",
      main: true,
    });
  });

  it("passes on what a program throws, once, and what it prints", async () => {
    project.write(`console.log("printed by the program"); throw new Error("thrown by the program");`);
    const failed = await project.tryUp();
    expect(failed.exitCode).toBe(1);
    expect(failed.all).toContain("printed by the program");
    expect(failed.all).toContain("Error: thrown by the program");
    expect(failed.all).not.toContain("exit code");
  });

  it("says how a program ended that ended by itself", async () => {
    project.write("process.exit(7);");
    const failed = await project.tryUp();
    expect(failed.exitCode).toBe(1);
    expect(failed.all).toContain("the program ended with exit code 7");
  });

  it("runs policy packs that are TypeScript modules; a mandatory violation blocks", async () => {
    project.write(`import { RandomPassword } from "@pulumi/random"; new RandomPassword("p", { length: 9 });`);
    const preview = ["preview", "--stack", "tried.one", "--policy-pack", "pack"];
    writeFileSync(join(project.folder, "pack/index.ts"), pack("advisory"));
    expect(await project.pulumi(preview)).toContain("p is a password");
    writeFileSync(join(project.folder, "pack/index.ts"), pack("mandatory"));
    const refused = await project.start(preview);
    expect(refused.exitCode).toBe(1);
    expect(refused.all).toMatch(/\[mandatory\] +no-password/);
  });

  it("goes, with the program, the packs and the plugins, when the engine is killed", async () => {
    const ready = join(project.folder, "ready");
    project.write(`
import { writeFileSync } from "node:fs";
import { RandomId } from "@pulumi/random";
new RandomId("id", { byteLength: 4 }).hex.apply(() => writeFileSync(${JSON.stringify(ready)}, ""));
setInterval(() => {}, 1000);
await new Promise(() => {});
`);
    writeFileSync(join(project.folder, "pack/index.ts"), pack("advisory"));
    const engine = project.start([
      "up",
      "--yes",
      "--skip-preview",
      "--stack",
      "tried.one",
      "--policy-pack",
      "pack",
    ]);
    await vi.waitFor(() => expect(existsSync(ready)).toBe(true), { timeout: 60_000, interval: 100 });
    const started = descendants(engine.pid as number);
    expect(started.map(({ command }) => command).join("\n")).toMatch(/language-host\/main\.ts/);
    expect(started.map(({ command }) => command).join("\n")).toMatch(/cmd\/run\/index\.js/);
    expect(started.map(({ command }) => command).join("\n")).toMatch(/pulumi-resource-random/);
    expect(started.length).toBeGreaterThanOrEqual(4);
    engine.kill("SIGKILL");
    await engine;
    const ours = new Map(started.map(({ pid, command }) => [pid, command]));
    await vi.waitFor(
      () => expect(processes().filter(({ pid, command }) => ours.get(pid) === command)).toEqual([]),
      { timeout: 5_000, interval: 50 },
    );
  });

  it("names only packages that the program depends on and whose plugin is installed", () => {
    const program = join(project.folder, "stacks");
    expect(readDependencies(program).map(({ name }) => name)).toEqual([
      "@pulumi/random",
      "@pulumiverse/scaleway",
      "zod",
    ]);
    const named = (): readonly string[] =>
      requiredPackages(program, project.environment)
        .getPackagesList()
        .map((each) => `${each.getKind()} ${each.getName()} ${each.getVersion()}`);
    expect(named()).toEqual(["resource random v4.21.2", "resource scaleway v1.54.0"]);
    rmSync(join(project.environment.PULUMI_HOME as string, "plugins/resource-scaleway-v1.54.0"), {
      recursive: true,
    });
    expect(named()).toEqual(["resource random v4.21.2"]);
  });
});
