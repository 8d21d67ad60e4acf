/** What docs/ci offers to be copied is what CI takes, asks for little, shows no credential, and types commands that exist. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { program } from "../operations/program.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, "docs/ci");
const files = ["github.yml", "gitlab.yml", "forgejo.yml"] as const;
const textOf = (file: string): string => readFileSync(join(folder, file), "utf8");

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly steps: readonly Step[];
  readonly permissions?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** Every shell line of an example. */
function shellOf(file: (typeof files)[number]): readonly string[] {
  if (file === "gitlab.yml") {
    const { evidence } = parse(textOf(file)) as { readonly evidence: Readonly<Record<string, string[]>> };
    return [...(evidence.before_script ?? []), ...(evidence.script ?? [])];
  }
  return Object.values((parse(textOf(file)) as Workflow).jobs).flatMap(({ steps }) =>
    steps.flatMap(({ run }) => run ?? []),
  );
}

// GitHub's reader imports JSON as bundlers take it: Node asks to be told the type.
const hooks = registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context),
});
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import(
  "@actions/workflow-parser"
);
hooks.deregister();

/** What a reader of GitHub's own has to say of a workflow. */
async function faultsOf(name: string, content: string): Promise<readonly string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value === undefined) return ["no workflow"];
  await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(String);
}

/** GitLab's schema of its files, as gitlab-ci-local carries it; it looks for a repository, and finds none. */
function gitlabFaultsOf(content: string): string {
  const place = mkdtempSync(join(tmpdir(), "archipel-gitlab-"));
  try {
    copyFileSync(join(root, "package-lock.json"), join(place, "package-lock.json"));
    writeFileSync(join(place, ".gitlab-ci.yml"), content);
    const command = join(root, "node_modules/gitlab-ci-local/dist/index.js");
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, "--list-json"], {
      cwd: place,
      encoding: "utf8",
      env: { ...process.env, HOME: place },
    });
    if (status !== 0) return stderr;
    return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name).join();
  } finally {
    rmSync(place, { recursive: true });
  }
}

describe("examples of CI", () => {
  it("are those that the page beside them names", () => {
    const found = readdirSync(folder).filter((file) => file.endsWith(".yml"));
    expect(found.sort()).toEqual([...files].sort());
    for (const file of files) expect(textOf("README.md")).toContain(`](${file})`);
  });

  it.each(["github.yml", "forgejo.yml"] as const)("%s is a workflow by GitHub's own reader", async (file) => {
    expect(await faultsOf(file, textOf(file))).toEqual([]);
    expect(await faultsOf(file, textOf(file).replace("runs-on:", "runs-at:"))).not.toEqual([]);
    expect(await faultsOf(file, textOf(file).replace("github.repository", "github.repo sitory"))).not.toEqual(
      [],
    );
  });

  it("gitlab.yml is a pipeline by GitLab's schema", () => {
    expect(gitlabFaultsOf(textOf("gitlab.yml"))).toBe("evidence");
    expect(gitlabFaultsOf(textOf("gitlab.yml").replace("expire_in:", "expires:"))).toContain("expires");
  });

  it.each(files)("%s types commands of archipel that exist, with options that they have", (file) => {
    const commands = shellOf(file).flatMap((text) => [...text.matchAll(/npx archipel ([^>|;\n]*)/g)]);
    const typed = commands.map(([, words]) => (words as string).trim().replaceAll('"', "").split(/\s+/));
    expect(typed.map(([name]) => name)).toEqual(["check", "preview", "prove", "prove", "diff"]);
    for (const [name, ...words] of typed) {
      const command = program().commands.find((each) => each.name() === name);
      const { operands, unknown } = command?.parseOptions(words) ?? { operands: [], unknown: [name] };
      expect(unknown).toEqual([]);
      expect(operands).toEqual(["$ESTATE"]);
    }
  });

  it.each(files)("%s says what the update does, and keeps what was found, whatever is found", (file) => {
    const text = textOf(file);
    for (const kept of ["archipel.sarif", "archipel-junit.xml", "diff.md"])
      expect(text.split(kept).length, kept).toBeGreaterThan(2);
    expect(text).toMatch(/body@diff\.md|body-file diff\.md|readFileSync\("diff\.md"/);
  });

  it.each(files)("%s has credentials from CI alone, and hands none over in a command line", (file) => {
    const secrets = /SCW_(?:ACCESS|SECRET)_KEY|PASSPHRASE|TOKEN|PRIVATE_KEY|secrets\./;
    // `printf` and `export` are the shell's own; every other word is seen by whoever lists processes.
    const shown = shellOf(file)
      .flatMap((text) => text.split(/\n|\|\|?|&&/))
      .filter((line) => !/^\s*(?:printf|export) /.test(line) && secrets.test(line));
    expect(shown).toEqual([]);
    for (const [, value] of textOf(file).matchAll(
      /^\s+(?:SCW_|AWS_|PULUMI_|PRIVATE_KEY|TOKEN|GH_TOKEN)[A-Z_]*: (.*)$/gm,
    ))
      expect(value).toMatch(/^\$\{\{ (?:secrets|vars)\.[A-Z_]+ \}\}$|^\$\{\{ github\.token \}\}$/);
  });

  it("ask for few permissions, and run nothing that may change under its name", () => {
    const { permissions, jobs } = parse(textOf("github.yml")) as Workflow;
    expect(permissions).toEqual({});
    expect(jobs.evidence?.permissions).toEqual({
      contents: "read",
      "pull-requests": "write",
      "security-events": "write",
    });
    for (const { uses } of jobs.evidence?.steps ?? [])
      expect(uses ?? "").toMatch(/^$|^[a-z-]+\/[a-z-]+(?:\/[a-z-]+)?@[0-9a-f]{40}$/);
    for (const file of files) expect(textOf(file)).not.toMatch(/@(?:main|master|latest)\b|:latest\b/);
  });

  it.each(["github.yml", "forgejo.yml"] as const)(
    "%s lets no expression into a shell, where it would be run",
    (file) => {
      for (const text of shellOf(file)) expect(text).not.toContain("${{");
    },
  );
});
