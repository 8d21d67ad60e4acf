import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  configurationFile,
  configure,
  configured,
  estatePath,
  stateFile,
} from "../../../operations/embedded/stacks.ts";
import { makeFolders, type World, worldAt } from "../../../operations/embedded/world.ts";

let world: World;

beforeEach(() => {
  world = worldAt(mkdtempSync(join(tmpdir(), "archipel-stacks-")));
  makeFolders(world);
});

afterEach(() => rmSync(world.project, { recursive: true, force: true }));

it("sets keys and keeps the engine's salt", () => {
  const file = configurationFile(world, "small.dr");
  writeFileSync(file, "encryptionsalt: v1:salt=\nconfig:\n  archipel:estate: estates/small\n");
  configure(world, "small.dr", { "archipel:activeZone": "par-2" });
  expect(readFileSync(file, "utf8")).toContain("encryptionsalt: v1:salt=");
  expect(configured(world, "small.dr", "archipel:estate")).toBe("estates/small");
  expect(configured(world, "small.dr", "archipel:activeZone")).toBe("par-2");
});

it("does not write what is already so", () => {
  configure(world, "small.dr", { "archipel:estate": "estates/small" });
  const before = statSync(configurationFile(world, "small.dr"), { bigint: true }).ino;
  configure(world, "small.dr", { "archipel:estate": "estates/small" });
  expect(statSync(configurationFile(world, "small.dr"), { bigint: true }).ino).toBe(before);
});

it("names an estate inside the project by its relative path, any other by its absolute one", () => {
  expect(estatePath(world, join(world.project, "estates/small"))).toBe("estates/small");
  expect(estatePath(world, "/elsewhere/small")).toBe("/elsewhere/small");
});

it("knows the state file of a file backend only", () => {
  expect(stateFile("file:///srv/backend", "small.dr")).toBe(
    "/srv/backend/.pulumi/stacks/archipel/small.dr.json",
  );
  expect(stateFile("s3://bucket", "small.dr")).toBeUndefined();
});
