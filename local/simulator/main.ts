/**
 * The simulator as a process: `main.ts --settings FILE`. FILE is JSON (nothing secret travels in the arguments):
 * {stateDirectory, port?, secretKey, controlToken, organizationId, projectId, quotas?, assumptions?, publicAddresses?, hosts?}.
 * Once it listens it writes stateDirectory/process.json and prints one JSON line {url, pid, startedAt}; it ends on
 * SIGTERM or SIGINT, and does not end with its parent.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { startHosts } from "./hosts/index.ts";
import { type Assumptions, startSimulator } from "./index.ts";

const stance = z.enum(["accepted", "refused"]);

const settingsShape = z.object({
  stateDirectory: z.string().min(1),
  port: z.int().min(0).max(65_535).default(0),
  secretKey: z.string().min(1),
  controlToken: z.string().min(16),
  organizationId: z.uuid(),
  projectId: z.uuid(),
  quotas: z.record(z.string(), z.int().min(0)).default({}),
  assumptions: z
    .strictObject({
      arpMoves: stance,
      legsInTwoVpcs: stance,
      foreignSources: stance,
      severalMacsOnVlan: stance,
      aclsOutsideOnly: stance,
      stableVlanNumbers: stance,
      thirdZoneOnPrivateNetworks: stance,
      healthChecksFromIpamAddress: stance,
      dnsProbeSeconds: z.int().min(1),
      leastDnsTtlSeconds: z.int().min(1),
    })
    .partial()
    .default({}),
  publicAddresses: z.string().optional(),
});

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function readSettings(): z.infer<typeof settingsShape> {
  const at = process.argv.indexOf("--settings");
  const file = at < 0 ? undefined : process.argv[at + 1];
  if (file === undefined) fail("usage: main.ts --settings FILE");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    fail(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    return settingsShape.parse(JSON.parse(text));
  } catch (error) {
    fail(
      `${file} is no settings of the simulator: ${error instanceof z.ZodError ? z.prettifyError(error) : "not JSON"}`,
    );
  }
}

const settings = readSettings();
const simulator = await startSimulator({
  ...settings,
  assumptions: settings.assumptions as Partial<Assumptions>,
  stateFile: join(settings.stateDirectory, "state.sqlite"),
});
const hosts = await startHosts({
  directory: simulator.machines,
  changes: simulator.log,
  store: simulator.hosts,
});

const processFile = join(settings.stateDirectory, "process.json");
const ready = JSON.stringify({ url: simulator.url, pid: process.pid, startedAt: new Date().toISOString() });
writeFileSync(`${processFile}.new`, ready, { mode: 0o600 });
renameSync(`${processFile}.new`, processFile);
process.stdout.write(`${ready}\n`);

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await hosts.close();
  await simulator.close();
  rmSync(processFile, { force: true });
  process.exit(0);
}

process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());
// A parent that goes must not take us along by closing our output.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);
