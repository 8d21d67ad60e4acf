/** What the README says can be typed can be typed, and what it points to is there. Its two main commands are run by CI and by the demo themselves. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const scripts = Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts as object);

function archipel(...args: string[]): string {
  return execFileSync(process.execPath, [join(root, "operations/main.ts"), ...args], {
    cwd: root,
    encoding: "utf8",
  });
}

function every(pattern: RegExp): string[] {
  return [...new Set([...readme.matchAll(pattern)].map(([, found]) => found as string))];
}

describe("README", () => {
  it("names npm scripts that exist", () => {
    const named = every(/npm run ([a-z0-9:-]+)/g);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  it("names commands of archipel that exist", () => {
    const help = archipel("--help");
    const named = every(/npx archipel ([a-z]+)/g);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !new RegExp(`^  ${name}\\b`, "m").test(help))).toEqual([]);
  });

  it("points to files and folders that exist", () => {
    const named = [
      ...every(/\]\(([^)#:]+)\)/g),
      ...every(/^\| `([a-z/]+\/)`/gm),
      ...every(/`(docs\/[a-z/.-]+)`/g),
    ];
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("shows what `archipel plan guadeloupe` says", () => {
    const [, block] = /```text plan\n([\s\S]*?)```/.exec(readme) ?? [];
    const summary = JSON.parse(archipel("plan", "guadeloupe", "--json")) as Record<string, unknown>;
    const { bareMetal, instances, services, privateNetworks } = summary;
    for (const figure of [
      `${bareMetal} bare-metal`,
      `${instances} Instances`,
      `${privateNetworks} private networks`,
      `${services} services`,
    ]) {
      expect(block).toContain(figure);
    }
  });
});
