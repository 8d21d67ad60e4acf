/** Readers that several policies share, where a slip would make all of them blind. */
import { describe, expect, it } from "vitest";
import { isEverywhere, liesIn } from "../../policies/kit/addresses.ts";
import { daysBetween, secondsOf } from "../../policies/kit/durations.ts";
import { RulesetError, rulesAt } from "../../policies/kit/host-rules.ts";
import { judgesWholeEstate, partOf, zoneKeyOf } from "../../policies/kit/program.ts";

describe("addresses", () => {
  it.each([
    ["0.0.0.0/0", true],
    ["::/0", true],
    ["0.0.0.0/1", true],
    [" 0.0.0.0/0 ", true],
    ["10.0.0.0/8", false],
    ["192.0.2.1", false],
    ["everybody", false],
  ])("%s is everywhere: %s", (range, expected) => {
    expect(isEverywhere(range)).toBe(expected);
  });

  it.each([
    ["10.64.0.5", "10.64.0.0/24", true],
    ["10.64.0.0/25", "10.64.0.0/24", true],
    ["10.64.0.0/23", "10.64.0.0/24", false],
    ["10.64.1.5", "10.64.0.0/24", false],
    ["2001:db8::1", "10.64.0.0/24", false],
    ["portal", "10.64.0.0/24", false],
  ])("%s lies in %s: %s", (range, prefix, expected) => {
    expect(liesIn(range, prefix)).toBe(expected);
  });
});

describe("durations", () => {
  it.each([
    ["2s", 2],
    ["500ms", 0.5],
    ["1m30s", 90],
    ["1h", 3600],
    ["5", Number.POSITIVE_INFINITY],
    ["soon", Number.POSITIVE_INFINITY],
    ["", Number.POSITIVE_INFINITY],
  ])("%s", (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });

  it("counts days over a change of clocks", () => {
    expect(daysBetween("2026-10-24", "2026-10-26")).toBe(2);
  });
});

describe("the stack", () => {
  it.each([
    ["guadeloupe.par-1", "par-1", "par-1", false],
    ["guadeloupe.foundation", "foundation", undefined, true],
    ["guadeloupe.witness", "witness", undefined, false],
    ["dev", undefined, undefined, true],
  ])("%s", (stack, part, zone, whole) => {
    expect(partOf({ stack })).toBe(part);
    expect(zoneKeyOf({ stack })).toBe(zone);
    expect(judgesWholeEstate({ stack })).toBe(whole);
  });
});

describe("host rules", () => {
  const chain = { family: "inet", table: "t", name: "input", hook: "input", policy: "drop" };

  it("keeps hooks apart", () => {
    const text = JSON.stringify({ nftables: [{ add: { chain } }] });
    expect(rulesAt("input", text).policies).toEqual(["drop"]);
    expect(rulesAt("forward", text).policies).toEqual([]);
  });

  it.each(["", "{", '{"nftables":[{"add":{"rule":{"chain":"none","expr":[]}}}]}'])(
    "cannot read %j",
    (text) => {
      expect(() => rulesAt("input", text)).toThrow(RulesetError);
    },
  );
});
