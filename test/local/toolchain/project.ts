import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { ensureToolchain } from "../../../local/toolchain/index.ts";

const nodeModules = join(import.meta.dirname, "../../../node_modules");

/** A step as the engine's JSON digest names it. */
export interface Step {
  readonly op: string;
  readonly urn: string;
}

export interface ExportedResource {
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A Pulumi project of its own in a temporary folder, with a file backend and the real engine. */
export class Project {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;

  private constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.environment = environment;
  }

  /** `packages`: the npm packages that the program depends on. */
  static async create(packages: readonly string[]): Promise<Project> {
    const toolchain = await ensureToolchain();
    const folder = mkdtempSync(join(tmpdir(), "archipel-project-"));
    mkdirSync(join(folder, "backend"));
    symlinkSync(nodeModules, join(folder, "node_modules"));
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      "name: tried\nruntime: { name: nodejs, options: { typescript: false } }\nmain: stacks/index.ts\n",
    );
    const dependencies = Object.fromEntries(packages.map((name) => [name, "*"]));
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ name: "tried", type: "module", dependencies }),
    );
    const home = join(folder, "home");
    await toolchain.installPlugins(home);
    const kept = Object.entries(process.env).filter(([name]) => !/^(PULUMI|SCW)_/.test(name));
    const project = new Project(folder, {
      ...Object.fromEntries(kept),
      PATH: [toolchain.bin, dirname(toolchain.node), process.env.PATH].join(delimiter),
      PULUMI_BACKEND_URL: pathToFileURL(join(folder, "backend")).href,
      PULUMI_CONFIG_PASSPHRASE: "a passphrase of a test",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_HOME: home,
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
    project.write("");
    await project.pulumi(["stack", "init", "tried.one"]);
    return project;
  }

  /** Replaces the program. */
  write(text: string): void {
    mkdirSync(join(this.folder, "stacks"), { recursive: true });
    writeFileSync(join(this.folder, "stacks/index.ts"), text);
  }

  /** Starts a command of the engine; what it says comes with the result, whether or not it fails. */
  start(args: readonly string[]) {
    return execa("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: this.folder,
      env: this.environment,
      extendEnv: false,
      reject: false,
      all: true,
      timeout: 120_000,
    });
  }

  /** Runs a command of the engine; throws all that it said when it fails. */
  async pulumi(args: readonly string[]): Promise<string> {
    const result = await this.start(args);
    if (result.exitCode !== 0) throw new Error(`pulumi ${args.join(" ")}\n${result.all}`);
    return result.all;
  }

  up(): Promise<string> {
    return this.pulumi(["up", "--yes", "--skip-preview", "--stack", "tried.one"]);
  }

  /** `up` that may fail. */
  tryUp() {
    return this.start(["up", "--yes", "--skip-preview", "--stack", "tried.one"]);
  }

  /** What a preview would do: `update tried:…` and the like, unchanged resources left out; sorted. */
  async preview(): Promise<readonly string[]> {
    const result = await execa("pulumi", ["preview", "--json", "--stack", "tried.one"], {
      cwd: this.folder,
      env: this.environment,
      extendEnv: false,
      timeout: 120_000,
    });
    const { steps = [] } = JSON.parse(result.stdout) as { steps?: readonly Step[] };
    return steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`)
      .sort();
  }

  /** The state as stored: secrets are ciphertext. */
  async state(): Promise<{ readonly text: string; readonly resources: readonly ExportedResource[] }> {
    const text = await this.pulumi(["stack", "export", "--stack", "tried.one"]);
    return { text, resources: JSON.parse(text).deployment.resources };
  }

  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    return JSON.parse(
      await this.pulumi(["stack", "output", "--json", "--show-secrets", "--stack", "tried.one"]),
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
