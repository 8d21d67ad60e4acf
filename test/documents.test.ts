/** docs/plan-errors.md lists every code of plans and stacks, and no phantom. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const codesIn = (text: string): string[] =>
  [...new Set(text.match(/\b(?:PLAN|STACK)-\d{3}\b/g) ?? [])].sort();

it("lists every code of plans and stacks, each with its title, and no other", () => {
  const files = execFileSync("git", ["ls-files", "model/plan/*.ts", "stacks/*.ts"], {
    cwd: root,
    encoding: "utf8",
  });
  const sources = files.split("\n").filter((file) => file !== "");
  const inCode = codesIn(sources.map((file) => readFileSync(join(root, file), "utf8")).join("\n"));
  const page = readFileSync(join(root, "docs/plan-errors.md"), "utf8");
  expect(inCode.length).toBeGreaterThan(20);
  expect(codesIn(page)).toEqual(inCode);
  expect(page.match(/^\| [A-Z]+-\d{3} \|\s*\|/gm)).toBeNull();
});
