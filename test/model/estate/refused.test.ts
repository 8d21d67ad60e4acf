/** Every refused estate has one mistake, is found at its place and by its code; every code has an estate that shows it. */
import { describe, expect, it } from "vitest";
import { codes, parseEstate } from "../../../model/estate/index.ts";
import { overlaysIn, readOverlay, today } from "../../estates/read-estate.ts";

const refused = overlaysIn("refused");
const warned = overlaysIn("warned");

function found(overlay: string) {
  const { files, expected } = readOverlay(overlay);
  const result = parseEstate(files, today);
  const problems = result.ok ? result.warnings : result.problems;
  return {
    result,
    expected: expected.problems,
    problems: problems.map(({ code, at }) => ({ code, at: `${at.file}:${at.line}:${at.column}` })),
  };
}

describe("refused estates", () => {
  it.each(refused)("%s", (overlay) => {
    const { result, expected, problems } = found(overlay);
    expect(problems).toEqual(expected);
    expect(result.ok).toBe(false);
  });

  it("have one mistake each", () => {
    expect(refused.filter((overlay) => readOverlay(overlay).expected.problems.length !== 1)).toEqual([]);
    expect(refused.length).toBeGreaterThanOrEqual(40);
  });
});

describe("estates with a warning", () => {
  it.each(warned)("%s", (overlay) => {
    const { result, expected, problems } = found(overlay);
    expect(problems).toEqual(expected);
    expect(result.ok).toBe(true);
  });
});

describe("codes", () => {
  it("are each shown by an estate", () => {
    const shown = new Set(
      [...refused, ...warned].flatMap((overlay) =>
        readOverlay(overlay).expected.problems.map(({ code }) => code),
      ),
    );
    expect([...shown].sort()).toEqual(Object.keys(codes).sort());
  });
});
