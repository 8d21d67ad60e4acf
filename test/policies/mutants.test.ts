/** Every mutant against every policy: those that the catalogue says trip, and no other. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { catalogue, entryOf, policyNames } from "../../policies/catalogue/index.ts";
import { trippedBy } from "./all-policies.ts";
import { baseOf, mutants, mutated } from "./mutants/index.ts";

beforeAll(() => {
  vi.useFakeTimers({ now: new Date("2026-11-25"), toFake: ["Date"] });
});
afterAll(() => {
  vi.useRealTimers();
});

const expected = policyNames.flatMap((policy) =>
  Object.entries(entryOf(policy).mutants).map(([mutant, alsoTrips]) => ({
    mutant,
    trips: [policy, ...alsoTrips].sort(),
  })),
);

describe("the catalogue", () => {
  it("names every mutant once, and no other", () => {
    expect(expected.map(({ mutant }) => mutant).sort()).toEqual(Object.keys(mutants).sort());
  });

  it("gives each policy a mutant that it alone catches", () => {
    const without = policyNames.filter(
      (policy) => !Object.values(catalogue[policy].mutants).some((alsoTrips) => alsoTrips.length === 0),
    );
    expect(without).toEqual([]);
  });
});

describe("a program before its change", () => {
  it.each(["foundation", "par-1", "dr", "services"] as const)("trips nothing: %s", async (base) => {
    expect(Object.fromEntries(await trippedBy(await baseOf(base)))).toEqual({});
  });
});

describe("a mutant", () => {
  it.each(expected)("$mutant trips $trips", async ({ mutant, trips }) => {
    const change = mutants[mutant];
    if (change === undefined) throw new Error(`no mutant is named ${mutant}`);
    expect([...(await trippedBy(await mutated(change))).keys()].sort()).toEqual(trips);
  });
});
