import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

const shim = fileURLToPath(new URL("../../../local/toolchain/bin/node24.mjs", import.meta.url));
/** Makes a Node say that it is an old one. */
const old = ["--import", "data:text/javascript,Object.defineProperty(process,'version',{value:'v20.20.2'})"];

describe("node24.mjs", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "archipel-node-"));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("runs TypeScript with arguments, exit code and a PATH that begins with its Node, and warns of nothing", async () => {
    const program = join(folder, "program.ts");
    writeFileSync(
      program,
      `import "node:sqlite";
const told: readonly string[] = process.argv.slice(2);
console.log(JSON.stringify([told, process.env.PATH?.split(${JSON.stringify(delimiter)})[0], process.version]));
process.exitCode = 7;
`,
    );
    const result = await execa(process.execPath, [...old, shim, program, "one", "two words"], {
      reject: false,
    });
    expect(result.exitCode).toBe(7);
    expect(result.stderr).toBe("");
    const [told, first, version] = JSON.parse(result.stdout) as [string[], string, string];
    expect(told).toEqual(["one", "two words"]);
    expect(existsSync(join(first, "node"))).toBe(true);
    expect(Number.parseInt(version.slice(1), 10)).toBeGreaterThanOrEqual(24);
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "passes %s on and ends as its child does",
    async (signal) => {
      const ready = join(folder, signal);
      const program = `
process.on("${signal}", () => process.exit(9));
require("node:fs").writeFileSync(${JSON.stringify(ready)}, "");
setInterval(() => {}, 1000);`;
      const running = execa(process.execPath, [shim, "--eval", program], { reject: false, detached: true });
      await vi.waitFor(() => expect(existsSync(ready)).toBe(true), { timeout: 10_000, interval: 20 });
      running.kill(signal);
      expect((await running).exitCode).toBe(9);
    },
  );

  it("ends with 128 and the signal's number when a signal ends its child", async () => {
    const result = await execa(process.execPath, [shim, "--eval", "process.kill(process.pid, 'SIGKILL')"], {
      reject: false,
    });
    expect(result.exitCode).toBe(137);
  });

  it("says what to do when there is no Node that fits", async () => {
    const alone = join(folder, "alone.mjs");
    copyFileSync(shim, alone);
    const result = await execa(process.execPath, [...old, alone, "--version"], {
      reject: false,
      cwd: dirname(alone),
    });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(/needs Node 24\.12 or later; this is Node v20\.20\.2/);
    expect(result.stderr).toMatch(/`npm ci` installs it/);
  });
});
