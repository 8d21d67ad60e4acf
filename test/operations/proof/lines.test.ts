/** How answers fit a terminal. */
import { expect, test } from "vitest";
import { few, forTerminal, table, wrapped } from "../../../operations/proof/lines.ts";

test("a line goes on further in, no longer than the terminal is wide", () => {
  expect(wrapped("  one two three four", 12)).toEqual(["  one two", "      three", "      four"]);
  expect(wrapped("short", 40)).toEqual(["short"]);
  const word = "x".repeat(60);
  expect(wrapped(`  ${word}`, 40)).toEqual([`  ${word}`]);
});

test("wrapping loses no word", () => {
  const text = Array.from({ length: 50 }, (_, index) => `word-${index}`).join(" ");
  for (let width = 10; width < 200; width += 7)
    expect(
      wrapped(`    ${text}`, width)
        .map((each) => each.trim())
        .join(" "),
    ).toBe(text);
});

test("text is as it is where there is no terminal; on one it wraps, verdicts with their colour", () => {
  const text = `small, as deployed: DOES NOT HOLD\n  ${"word ".repeat(20)}`;
  expect(forTerminal(text, undefined)).toBe(text);
  const shown = forTerminal(text, { columns: 40, colour: true });
  expect(shown.split("\n").length).toBeGreaterThan(3);
  expect(shown).toContain("\u001b[31mDOES NOT HOLD\u001b[0m");
  expect(forTerminal("HOLDS", { columns: 80, colour: true })).toBe("\u001b[32mHOLDS\u001b[0m");
  expect(forTerminal("NOT APPROVED", { columns: 80, colour: true })).toBe("\u001b[31mNOT APPROVED\u001b[0m");
  expect(forTerminal("HOLDS", { columns: 80, colour: false })).toBe("HOLDS");
});

test("lists are cut, and columns aligned", () => {
  expect(few(["a", "b", "c"], 2)).toBe("a, b and 1 more");
  expect(few(["a", "b"], 2)).toBe("a, b");
  expect(
    table([
      ["a", "bb"],
      ["ccc", "d"],
    ]),
  ).toEqual(["  a    bb", "  ccc  d"]);
  expect(table([])).toEqual([]);
});
