import { expect, it } from "vitest";
import { describeError, VisibleError } from "../../operations/errors.ts";

it("says code, what and what to do, and whose turn it is", () => {
  expect(describeError(new VisibleError("estate-unknown", "there is no estate x", "Estates: y"))).toEqual({
    text: "estate-unknown: there is no estate x\n  Estates: y",
    exitCode: 2,
  });
  expect(describeError(new VisibleError("engine-failed", "it failed")).exitCode).toBe(1);
});

it("shows no stack trace of what was not expected", () => {
  const { text, exitCode } = describeError(new TypeError("x is not a function"));
  expect(text).toContain("unexpected: x is not a function");
  expect(text).not.toContain(" at ");
  expect(exitCode).toBe(1);
});
