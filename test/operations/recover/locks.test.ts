import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { isStale, locksInText, locksOf } from "../../../operations/recover/locks.ts";

/** Above Linux's largest pid. */
const NO_PROCESS = 2 ** 22 + 1;

it("reads the engine's refusal", () => {
  const text =
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n  file:///srv/locks/1.json: created by root@island (pid 4242) at 2026-11-22T03:00:00Z";
  expect(locksInText(text)).toEqual([{ username: "root", hostname: "island", pid: 4242 }]);
  expect(locksInText("error: no such stack")).toEqual([]);
});

it("lists a stack's locks in a file backend", () => {
  const backend = mkdtempSync(join(tmpdir(), "archipel-locks-"));
  try {
    const folder = join(backend, ".pulumi/locks/organization/archipel/small.dr");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "a.json"), JSON.stringify({ pid: 7, hostname: "island", username: "root" }));
    writeFileSync(join(folder, "b.json"), "{");
    const [whole, half] = locksOf(pathToFileURL(backend).href, "archipel", "small.dr");
    expect(whole).toEqual({ pid: 7, hostname: "island", username: "root" });
    expect(half && isStale(half)).toBe(true);
    expect(locksOf(pathToFileURL(backend).href, "archipel", "small.edge")).toEqual([]);
  } finally {
    rmSync(backend, { recursive: true, force: true });
  }
});

it("takes a lock for stale only when its holder is surely gone", () => {
  expect(isStale({ pid: NO_PROCESS, hostname: hostname(), username: "root" })).toBe(true);
  expect(isStale({ pid: NO_PROCESS, hostname: "another machine", username: "root" })).toBe(false);
});

it("takes a lock for stale when its pid is another program's now", () => {
  expect(isStale({ pid: process.pid, hostname: hostname(), username: "root" })).toBe(true);
});
