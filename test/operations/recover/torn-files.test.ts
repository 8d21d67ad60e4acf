import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { removeTornFiles } from "../../../operations/recover/torn-files.ts";

it("removes drafts and empty metadata of one stack, and nothing else", () => {
  const backend = mkdtempSync(join(tmpdir(), "archipel-torn-"));
  try {
    const states = join(backend, ".pulumi/stacks/archipel");
    const locks = join(backend, ".pulumi/locks/organization/archipel/small.dr");
    for (const folder of [states, locks]) mkdirSync(folder, { recursive: true });
    const write = (folder: string, name: string, text: string): void =>
      writeFileSync(join(folder, name), text);
    write(states, "small.dr.json", "{}");
    write(states, "small.dr.json.attrs", "");
    write(states, "small.dr.json.bak.attrs", "{}");
    write(states, "small.dr.json.18ea4734f926d2d1.tmp", "{");
    write(states, "small.edge.json.attrs", "");
    write(locks, "1.json", "{}");
    write(locks, "1.json.attrs", "");

    removeTornFiles(`${pathToFileURL(backend).href}?metadata=skip`, "archipel", "small.dr");

    expect(readdirSync(states).sort()).toEqual([
      "small.dr.json",
      "small.dr.json.bak.attrs",
      "small.edge.json.attrs",
    ]);
    expect(readdirSync(locks)).toEqual(["1.json"]);
  } finally {
    rmSync(backend, { recursive: true, force: true });
  }
});
