import { expect, it } from "vitest";
import { type Output, Progress, seconds } from "../../operations/terminal.ts";

function recorder(kind: Output["kind"]): Output & { readonly text: string[] } {
  const text: string[] = [];
  return { kind, text, write: (chunk) => void text.push(chunk) };
}

it("numbers steps and says what became of them, in plain lines", async () => {
  const output = recorder("plain");
  const progress = new Progress(output, 2);
  await progress.step("up small.foundation", async () => ({ result: 1, summary: "3 create" }));
  await expect(progress.step("up small.par-1", () => Promise.reject(new Error("refused")))).rejects.toThrow(
    "refused",
  );
  expect(output.text.join("").replaceAll(/\(0\.\d s\)/g, "(0 s)")).toBe(
    "  up small.foundation …\n✓ [1/2] up small.foundation: 3 create (0 s)\n  up small.par-1 …\n✗ [2/2] up small.par-1: failed (0 s)\n",
  );
});

it("returns what the step returned", async () => {
  expect(await new Progress(recorder("terminal")).step("x", async () => ({ result: 42, summary: "" }))).toBe(
    42,
  );
});

it.each([
  [0.44, "0.4 s"],
  [12.4, "12 s"],
  [200, "3 min 20 s"],
])("writes %d seconds as %s", (value, text) => {
  expect(seconds(value)).toBe(text);
});
