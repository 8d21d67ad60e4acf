/** docs/errors.md has every code of commands, as the catalogue has it, and no other; and each code is one that something says. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ToolchainError } from "../../local/toolchain/errors.ts";
import { codes, toolchainCodes } from "../../operations/error-codes.ts";

const root = join(import.meta.dirname, "../..");
const catalogue = { ...codes, ...toolchainCodes };

it("are in docs/errors.md, each as the catalogue has it, and no other", () => {
  const text = readFileSync(join(root, "docs/errors.md"), "utf8");
  const rows = [...text.matchAll(/^\| ([a-z]+(?:-[a-z]+)+) \| (.*) \| (.*) \| ([12]) \|$/gm)];
  expect(rows.map(([, ...columns]) => columns)).toEqual(
    Object.entries(catalogue).map(([code, { blame, title, hint }]) => [
      code,
      title,
      hint,
      blame === "user" ? "2" : "1",
    ]),
  );
});

it("are all said by some command: a code that nothing says is a phantom", () => {
  const files = execFileSync("git", ["ls-files", "operations/*.ts", "local/toolchain/*.ts"], {
    cwd: root,
    encoding: "utf8",
  });
  const texts = files
    .split("\n")
    .filter(
      (file) => file !== "" && file !== "operations/error-codes.ts" && file !== "local/toolchain/errors.ts",
    )
    .map((file) => readFileSync(join(root, file), "utf8"));
  const unsaid = Object.keys(catalogue).filter((code) => !texts.some((text) => text.includes(`"${code}"`)));
  expect(unsaid).toEqual([]);
});

it.each(Object.entries(toolchainCodes))(
  "of the toolchain, %s, ends with the code that is documented",
  (code, { blame }) => {
    const error = new ToolchainError(code as keyof typeof toolchainCodes, "", []);
    expect(error.exitCode).toBe(blame === "user" ? 2 : 1);
  },
);
