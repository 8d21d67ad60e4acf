/**
 * `npm run demo:kills -- --yes [--seed N]`: the demo at full size, killed once in each of five parts and run again each time, must end as one
 * that nobody disturbed: exit code 0, a clean preview, a passed drill, and the same resources at Scaleway, none twice and none left over.
 *
 * Takes some 25 minutes on 2 cores, and throws away this checkout's embedded world first. Moments are seeded: a part of the time that
 * the same phase took in the undisturbed run, which comes first.
 */
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { execa } from "execa";
import { allPids, environmentOf } from "../operations/embedded/processes.ts";
import { requireSimulator, simulatorStatus } from "../operations/embedded/simulator-process.ts";
import { checkout, worldAt } from "../operations/embedded/world.ts";
import { WORLD_VARIABLE } from "../operations/engine/marker.ts";
import { mulberry32 } from "./helpers/mulberry32.ts";

/** What dies. `machine` is a power cut: the command, its engines and plugins, and the simulated Scaleway. */
type Victim = "command" | "engines" | "command and engines" | "machine";

/** A part of the demo, known by the line that begins it and the one that begins the next. */
const phases: readonly {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly victim: Victim;
}[] = [
  {
    name: "foundation goes up",
    from: "up guadeloupe.foundation …",
    to: "up guadeloupe.par-1 …",
    victim: "command",
  },
  {
    name: "both zones go up",
    from: "up guadeloupe.par-2 …",
    to: "up guadeloupe.witness …",
    victim: "machine",
  },
  {
    name: "dr goes up",
    from: "up guadeloupe.dr …",
    to: "preview guadeloupe.foundation …",
    victim: "engines",
  },
  {
    name: "the previews run",
    from: "preview guadeloupe.par-1 …",
    to: "preview guadeloupe.witness …",
    victim: "command and engines",
  },
  { name: "a zone is lost", from: "switch to par-2 …", to: "verify …", victim: "machine" },
];

const world = worldAt();

interface Run {
  readonly exitCode: number;
  readonly seconds: number;
  /** When each line of progress was first seen, in seconds. */
  readonly lines: ReadonlyMap<string, number>;
  readonly text: string;
}

function archipel(...args: readonly string[]) {
  return execa(process.execPath, ["operations/main.ts", ...args], {
    cwd: checkout,
    reject: false,
    all: true,
    stdin: "ignore",
    env: { CI: "true" },
  });
}

/** Runs the demo; with `kill`, until that moment. */
async function demo(kill?: {
  readonly from: string;
  readonly after: number;
  readonly victim: Victim;
}): Promise<Run> {
  const started = performance.now();
  const command = archipel("demo");
  const lines = new Map<string, number>();
  let killing: Promise<void> | undefined;
  let text = "";
  command.all.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
    for (const line of text.split("\n").map((each) => each.trim())) {
      if (lines.has(line)) continue;
      lines.set(line, (performance.now() - started) / 1000);
      if (kill !== undefined && line === kill.from)
        killing = delay(kill.after * 1000).then(() => end(kill.victim, command.pid ?? 0));
    }
  });
  const { exitCode } = await command;
  await killing;
  return { exitCode: exitCode ?? 137, seconds: (performance.now() - started) / 1000, lines, text };
}

async function end(victim: Victim, command: number): Promise<void> {
  const engines = allPids().filter((pid) => environmentOf(pid)[WORLD_VARIABLE] === world.home);
  const simulator = await simulatorStatus(world);
  const victims = [
    ...(victim === "engines" ? [] : [command]),
    ...(victim === "command" ? [] : engines),
    ...(victim === "machine" && simulator.state === "running" ? [simulator.pid] : []),
  ];
  for (const pid of victims) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

async function resources(): Promise<Readonly<Record<string, number>>> {
  await requireSimulator(world);
  const status = await simulatorStatus(world);
  return status.state === "running" ? status.detail.resources : {};
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(what: string, { text }: Run): never {
  say(text.trimEnd().split("\n").slice(-30).join("\n"));
  say(`failed: ${what}`);
  process.exit(1);
}

async function reset(): Promise<void> {
  const { exitCode, all } = await archipel("local", "reset", "--yes");
  if (exitCode !== 0) throw new Error(String(all));
}

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, yes: { type: "boolean" } },
});
const seed = Number(values.seed);
if (values.yes !== true || !Number.isSafeInteger(seed)) {
  say("usage: npm run demo:kills -- --yes [--seed N]     (throws away this checkout's embedded world)");
  process.exit(2);
}

await reset();
const undisturbed = await demo();
if (undisturbed.exitCode !== 0) fail("the undisturbed run", undisturbed);
const expected = await resources();
say(
  `undisturbed: ${Math.round(undisturbed.seconds)} s, ${Object.values(expected).reduce((a, b) => a + b)} resources`,
);

await reset();
for (const [index, { name, from, to, victim }] of phases.entries()) {
  const took = (undisturbed.lines.get(to) ?? Number.NaN) - (undisturbed.lines.get(from) ?? Number.NaN);
  const after = (took * mulberry32(seed * 1000 + index)()) / 2 ** 32;
  const run = await demo({ from, after, victim });
  if (!run.lines.has(from)) fail(`the run that was to be killed when ${name} ended before it`, run);
  // The engine's own text goes to files; what the command said of the kills before is in this run's lines.
  const recovered = [...run.lines.keys()].filter(
    (line) => line.startsWith("guadeloupe.") && line.includes(": "),
  );
  say(
    `kill ${index + 1}: ${victim}, ${after.toFixed(1)} s after ${name} (of ${took.toFixed(1)} s)` +
      (recovered.length === 0 ? "" : `; put right before: ${recovered.join("; ")}`),
  );
}
const last = await demo();
if (last.exitCode !== 0) fail("the run after the last kill", last);
const found = await resources();
if (!isDeepStrictEqual(found, expected)) {
  const kinds = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
  for (const kind of kinds.filter((each) => found[each] !== expected[each]))
    say(`${kind}: ${expected[kind] ?? 0} expected, ${found[kind] ?? 0} found`);
  fail("not the same resources as undisturbed", last);
}
say(
  `last run: ${Math.round(last.seconds)} s, exit code 0, the same resources; ${phases.length} kills, seed ${seed}`,
);
