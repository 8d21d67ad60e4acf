/** The product's own estates trip no policy, whatever a preview does not know yet. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { stackKinds } from "../../stacks/stack-names.ts";
import { trippedBy } from "./all-policies.ts";
import { estatePrograms } from "./estate-programs.ts";

beforeAll(() => {
  // A day within every contract: tests must not fail because time passes.
  vi.useFakeTimers({ now: new Date("2026-11-25"), toFake: ["Date"] });
});
afterAll(() => {
  vi.useRealTimers();
});

describe.each(["small", "guadeloupe"] as const)("%s", (estate) => {
  describe.each(["update", "preview"] as const)("as %s", (instant) => {
    it.each(stackKinds)("trips nothing in its stack %s", async (kind) => {
      const programs = await estatePrograms(estate, instant);
      expect(Object.fromEntries(await trippedBy(programs[kind]))).toEqual({});
    });
  });
});
