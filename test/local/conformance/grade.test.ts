import { describe, expect, it } from "vitest";
import { differences } from "../../../local/conformance/grade.ts";

function between(recorded: unknown, simulated: unknown, status = 200) {
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  return differences({ status: 200, body: text(recorded) }, { status, body: text(simulated) });
}

describe("grading an answer", () => {
  it("takes other ids, names, numbers, orders and more fields", () => {
    const recorded = {
      ips: [
        { id: "a", name: "one", n: 1 },
        { id: "b", name: null, n: 2 },
      ],
    };
    const simulated = {
      ips: [
        { n: 5.5, name: null, id: "x" },
        { id: "y", name: "two", n: 7, more: true },
      ],
      more: 1,
    };
    expect(between(recorded, simulated)).toEqual([]);
  });

  it("tells another status", () => {
    expect(between({}, {}, 404)).toMatchObject([{ what: "status", recorded: "200" }]);
  });

  it("tells a missing field once, at its outermost", () => {
    expect(between({ a: { b: { c: 1 } }, ab: 1 }, { ab: 2 })).toEqual([
      { what: "missing", path: "a", recorded: "object", simulated: "" },
    ]);
  });

  it("tells an item that a list lacks", () => {
    expect(between({ ips: [{ id: "a" }] }, { ips: [] })).toMatchObject([{ what: "missing", path: "ips[]" }]);
  });

  it.each([
    ["a string for a number", 1, "1"],
    ["null for a string", "one", null],
    ["a string for null", null, "one"],
    ["an object for a list", [], {}],
  ])("tells %s", (_what, recorded, simulated) => {
    expect(between({ field: recorded }, { field: simulated })).toMatchObject([
      { what: "type", path: "field" },
    ]);
  });

  it("tells a word that the recording does not have", () => {
    expect(between({ type: "letsencrypt" }, { type: "letsencryt" })).toMatchObject([
      { what: "word", path: "type", recorded: "letsencrypt", simulated: "letsencryt" },
    ]);
  });

  it("lets a state that passes be settled, and no other way", () => {
    expect(between({ status: "creating" }, { status: "ready" })).toEqual([]);
    expect(between({ status: "creating" }, { status: "deleting" })).toHaveLength(1);
    expect(between({ status: "ready" }, { status: "creating" })).toHaveLength(1);
    expect(between({ status: "ready" }, { status: "running" })).toHaveLength(1);
    expect(between({ type: "creating" }, { type: "ready" })).toHaveLength(1);
  });

  it("takes the keys of a map for data where they are ids or numbers", () => {
    expect(between({ volumes: { 0: { id: "a" }, 1: { id: "b" } } }, { volumes: { 3: { id: "c" } } })).toEqual(
      [],
    );
    expect(between({ volumes: { 0: { id: "a" } } }, { volumes: { 0: {} } })).toMatchObject([
      { path: "volumes.*.id" },
    ]);
  });

  it("compares XML by its elements", () => {
    const recorded = '<?xml version="1.0"?><A x="1"><B>1</B><C/></A>';
    expect(between(recorded, "<A><C>2</C><B/></A>")).toEqual([]);
    expect(between(recorded, "<A><B/></A>")).toMatchObject([{ what: "missing", path: "A.C" }]);
  });

  it("tells text, an empty body and JSON apart", () => {
    expect(between("", { a: 1 })).toMatchObject([{ what: "content", recorded: "empty", simulated: "json" }]);
    expect(between("plain", "other")).toEqual([]);
  });
});
