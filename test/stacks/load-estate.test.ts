import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyMemory, memoryText } from "../../model/plan/index.ts";
import { loadEstate } from "../../stacks/load-estate.ts";

describe("loadEstate", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "archipel-estate-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("reads YAML files at any depth, sorted, with paths relative to the folder", () => {
    mkdirSync(join(folder, "applications"));
    writeFileSync(join(folder, "organisation.yaml"), "organisation: small\n");
    writeFileSync(join(folder, "applications", "portal.yml"), "application: portal\n");
    writeFileSync(join(folder, "README.md"), "not data\n");
    expect([...loadEstate(folder).files]).toEqual([
      ["applications/portal.yml", "application: portal\n"],
      ["organisation.yaml", "organisation: small\n"],
    ]);
  });

  it("refuses a folder that is not there, and says how to name one", () => {
    expect(() => loadEstate(join(folder, "missing"))).toThrow(/STACK-003[\s\S]*archipel:estate/);
  });

  it("takes the plan's memory apart from what people wrote", () => {
    expect(loadEstate(folder).memory).toEqual(emptyMemory);
    const memory = { ...emptyMemory, addresses: { "portal.web": "10.0.0.4" } };
    writeFileSync(join(folder, "allocations.yaml"), memoryText(memory));
    expect(loadEstate(folder)).toEqual({ files: new Map(), memory });
  });

  it("refuses a memory that it cannot read: addresses that exist would move", () => {
    writeFileSync(join(folder, "allocations.yaml"), "addresses: nothing\n");
    expect(() => loadEstate(folder)).toThrow(/STACK-009.*allocations\.yaml/);
  });
});
