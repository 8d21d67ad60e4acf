/** Whatever the text, parsing ends in an estate or in problems, the same each time. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ParseResult } from "../../../model/estate/index.ts";
import { parseEstate, renderJson, renderText } from "../../../model/estate/index.ts";
import { readEstate, today } from "../../estates/read-estate.ts";

const small = readEstate("small");
const names = [...small.keys()];

function linesOf(files: ReadonlyMap<string, string>, file: string): number {
  return (files.get(file) ?? "").split("\n").length;
}

/** Every problem is in a file that exists, or stands for one that is missing, on a line that it has. */
function expectPlaced(result: ParseResult, files: ReadonlyMap<string, string>): void {
  for (const { at } of result.ok ? result.warnings : result.problems) {
    expect(at.line).toBeGreaterThanOrEqual(1);
    expect(at.column).toBeGreaterThanOrEqual(1);
    if (files.has(at.file)) expect(at.line).toBeLessThanOrEqual(Math.max(1, linesOf(files, at.file)));
  }
}

describe("parsing", () => {
  it("never throws on arbitrary text in place of a file", () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.string({ unit: "binary", maxLength: 300 }), (name, text) => {
        const files = new Map([...small, [name, text]]);
        const result = parseEstate(files, today);
        expect(result.ok ? "" : renderText(result.problems)).toBeTypeOf("string");
        expectPlaced(result, files);
      }),
      { numRuns: 200 },
    );
  });

  it("never throws on YAML of any value in place of an entity", () => {
    const value = fc.json({ maxDepth: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...names), value, (name, text) => {
        const files = new Map([...small, [name, text]]);
        expectPlaced(parseEstate(files, today), files);
      }),
      { numRuns: 200 },
    );
  });

  it("never throws on an estate with a line lost, doubled or moved, and says the same twice", () => {
    const edit = fc.record({
      name: fc.constantFrom(...names),
      line: fc.nat(30),
      kind: fc.constantFrom("lost", "doubled", "moved"),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const files = new Map(small);
        for (const { name, line, kind } of edits) {
          const lines = (files.get(name) ?? "").split("\n");
          const [taken] = lines.splice(line % lines.length, 1);
          if (kind === "doubled") lines.splice(line % (lines.length + 1), 0, taken ?? "", taken ?? "");
          if (kind === "moved") lines.unshift(taken ?? "");
          files.set(name, lines.join("\n"));
        }
        const result = parseEstate(files, today);
        expectPlaced(result, files);
        const again = parseEstate(new Map([...files].reverse()), today);
        expect(JSON.stringify(again)).toBe(JSON.stringify(result));
        if (!result.ok) expect(JSON.parse(renderJson(result.problems))).toHaveLength(result.problems.length);
      }),
      { numRuns: 150 },
    );
  });

  it("refuses brackets nested beyond the stack, keys of prototypes and merges", () => {
    for (const text of [
      "[".repeat(50_000),
      "__proto__: { polluted: 1 }",
      "? [a]\n: 1",
      "a: &x {}\nb: { <<: *x }",
      "constructor: 1",
    ]) {
      const result = parseEstate(new Map([...small, ["sites.yaml", text]]), today);
      expect(result.ok).toBe(false);
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
