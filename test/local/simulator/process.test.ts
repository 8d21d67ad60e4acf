import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { controlToken, organizationId, projectId, secretKey } from "./harness.ts";

const program = join(import.meta.dirname, "../../../local/simulator/main.ts");
const vpcs = "/vpc/v2/regions/fr-par/vpcs";

let folder: string;
const children: ChildProcessWithoutNullStreams[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "simulator-process-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
});

function spawnWith(settings: object | string): ChildProcessWithoutNullStreams {
  const file = join(folder, "settings.json");
  writeFileSync(file, typeof settings === "string" ? settings : JSON.stringify(settings), { mode: 0o600 });
  const child = spawn(process.execPath, [program, "--settings", file]);
  children.push(child);
  return child;
}

const settings = () => ({ stateDirectory: folder, secretKey, controlToken, organizationId, projectId });

async function start(): Promise<{ child: ChildProcessWithoutNullStreams; url: string; line: string }> {
  const child = spawnWith(settings());
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return { child, url: JSON.parse(line).url, line };
}

const headers = { "X-Auth-Token": secretKey };

test("says where it listens, keeps what it answered when killed, and ends cleanly when asked", async () => {
  const first = await start();
  const written = join(folder, "process.json");
  expect(readFileSync(written, "utf8")).toBe(first.line);
  expect(JSON.parse(first.line).pid).toBe(first.child.pid);
  expect(statSync(written).mode & 0o077).toBe(0);
  const made = await fetch(`${first.url}${vpcs}`, {
    method: "POST",
    headers,
    body: JSON.stringify({ name: "kept" }),
  });
  const { id } = (await made.json()) as { id: string };
  first.child.kill("SIGKILL");
  await once(first.child, "exit");

  const second = await start();
  expect((await fetch(`${second.url}${vpcs}/${id}`, { headers })).status).toBe(200);
  second.child.kill("SIGTERM");
  expect(await once(second.child, "exit")).toEqual([0, null]);
  expect(existsSync(written)).toBe(false);
});

test.each([
  ["no JSON", "{", /not JSON/],
  [
    "a short token and no organisation",
    { ...{ stateDirectory: "x", secretKey: "s" }, controlToken: "short" },
    /controlToken[\s\S]*organizationId/,
  ],
])("refuses settings with %s, without a stack trace", async (_, wrong, message) => {
  const child = spawnWith(wrong);
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  expect(await once(child, "close")).toEqual([2, null]);
  expect(said).not.toMatch(/\n\s+at /);
  expect(said.replace(/→ at /g, "")).toMatch(message);
});
