/** Every policy on its cases of the four kinds. The catalogue is walked, so that no policy can be without them. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { policyNames } from "../../policies/catalogue/index.ts";
import { allPolicies } from "./all-policies.ts";
import { casesByPolicy } from "./cases/index.ts";
import type { Program } from "./pieces.ts";
import { judge, laidOf, shownToPolicies, type Verdict } from "./resources.ts";

beforeAll(() => {
  vi.useFakeTimers({ now: new Date("2026-11-25"), toFake: ["Date"] });
});
afterAll(() => {
  vi.useRealTimers();
});

async function verdictOf(name: string, { sketches, stack, settings }: Program): Promise<Verdict> {
  const policy = allPolicies.find((each) => each.name === name);
  if (policy === undefined) throw new Error(`no pack has the policy ${name}`);
  return judge(policy, shownToPolicies(laidOf(sketches, stack), settings));
}

it("gives every policy of the catalogue a file, and every file a place in the catalogue", () => {
  expect(allPolicies.map(({ name }) => name).sort()).toEqual([...policyNames].sort());
  expect(policyNames.length).toBeGreaterThanOrEqual(30);
});

describe.each(policyNames)("%s", (name) => {
  const { compliant, violating, notApplicable, unknown } = casesByPolicy[name];

  it("has cases of every kind", () => {
    const kinds = { compliant, violating, notApplicable, unknown };
    expect(Object.entries(kinds).filter(([, programs]) => programs.length === 0)).toEqual([]);
  });

  it("holds where it should", async () => {
    for (const program of compliant) {
      expect(await verdictOf(name, program)).toEqual({ violations: [], notApplicable: undefined });
    }
  });

  it("is violated where it should be, and says what is wrong", async () => {
    for (const [program, said] of violating) {
      const { violations } = await verdictOf(name, program);
      expect(violations.join("\n")).toContain(said);
    }
  });

  it("says that it does not apply", async () => {
    for (const program of notApplicable) {
      expect(await verdictOf(name, program)).toEqual({
        violations: [],
        notApplicable: expect.stringMatching(/./),
      });
    }
  });

  it("has a verdict of its own on what a preview does not know", async () => {
    for (const [program, expected] of unknown) {
      const { violations } = await verdictOf(name, program);
      const found =
        violations.length === 0
          ? "held"
          : violations.some((text) => text.includes("undetermined"))
            ? "undetermined"
            : "violated";
      expect(found).toBe(expected);
    }
  });
});
