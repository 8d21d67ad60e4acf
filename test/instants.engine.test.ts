/**
 * Every instant of a town that changes: drawn changes of its estate, each deployed by the real engine, and the log of it all replayed. While an
 * update is under way, what either of the two estates declares may pass, since both are reviewed; when it has ended, the new one's alone.
 * `npm test` makes two changes, `npm run proof:full` fifty (INSTANT_CHANGES, INSTANT_SEED).
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Estate } from "../model/estate/index.ts";
import { permissionsOf } from "../model/proof/permissions.ts";
import type { Declarations, Entry } from "../model/proof/replay/index.ts";
import { replay } from "../model/proof/replay/index.ts";
import { runStacks } from "../operations/deploy.ts";
import { ensureCredentials } from "../operations/embedded/credentials.ts";
import { type SimulatorControl, simulatorControl } from "../operations/embedded/simulator-control.ts";
import { startSimulator } from "../operations/embedded/simulator-process.ts";
import { ensureStack, estatePath } from "../operations/embedded/stacks.ts";
import { violationOf } from "../operations/proof/words.ts";
import { Progress } from "../operations/terminal.ts";
import { loadEstate } from "../stacks/load-estate.ts";
import { type StackKind, stackKinds, stackName } from "../stacks/stack-names.ts";
import { type ChangedEstate, ChangingEstate } from "./helpers/estate-changes.ts";
import { estateResources } from "./helpers/estate-resources.ts";
import { tell } from "./helpers/figures.ts";
import { openTestWorld, type TestWorld } from "./operations/world.ts";

const checkout = join(import.meta.dirname, "..");
const count = Number(process.env.INSTANT_CHANGES ?? 2);
/** By itself an application that comes and goes again: what is removed is held by those that go up later. */
const seed = Number(process.env.INSTANT_SEED ?? 131);
/** Instants of each change at which the whole proof is made as well. */
const samples = 2;

interface Step {
  readonly what: string;
  /** Why the update ended half-way, if it did. */
  readonly failure: unknown;
  /** Entries of the log before it and at its end. */
  readonly after: number;
  readonly end: number;
  readonly stacks: readonly StackKind[];
}

let world: TestWorld;
let control: SimulatorControl;
let folder: string;

beforeAll(async () => {
  world = await openTestWorld("archipel", join(checkout, "stacks", "index.ts"));
  folder = join(world.world.project, "estate");
  const { controlToken } = await ensureCredentials(world.world);
  const { url } = await startSimulator(world.world);
  control = simulatorControl(url, controlToken);
});
afterAll(() => world.close());

it(
  `opens nothing undeclared at any instant of ${count} changes`,
  async () => {
    const town = new ChangingEstate(loadEstate(join(checkout, "test/estates/small")), seed);
    const first = town.first();
    await control.grant(first.estate.organisation.quotas);
    lay(first);
    for (const kind of stackKinds) {
      const config = { "archipel:estate": estatePath(world.world, folder), "archipel:protection": "off" };
      await ensureStack(world, stackName("small", kind), config);
    }
    let laidOut = await stacksOf();
    const steps: Step[] = [await deployed(first, stackKinds)];
    const later: (Declarations & { readonly after: number })[] = [];
    let estate = first.estate;
    const failure = (): unknown => steps.at(-1)?.failure;
    for (let number = 1; number <= count && failure() === undefined; number += 1) {
      const change = town.next();
      lay(change);
      const next = await stacksOf();
      const step = await deployed(
        change,
        stackKinds.filter((kind) => laidOut[kind] !== next[kind]),
      );
      later.push({ after: step.after, ...declaredBy(estate, change.estate) });
      // An update that failed is still under way: parts of the old estate may be in force.
      if (step.failure === undefined)
        later.push({ after: Math.max(step.after, step.end - 1), ...declaredBy(change.estate) });
      steps.push(step);
      [estate, laidOut] = [change.estate, next];
    }
    const entries: Entry[] = [];
    for await (const entry of control.log(0)) entries.push(entry);
    const found = replay(entries, {
      ...declaredBy(first.estate),
      later,
      compareAt: new Set(steps.flatMap(({ after, end }) => drawn(after, end))),
    });
    const stepAt = (sequence: number): string =>
      steps.find(({ after, end }) => sequence > after && sequence <= end)?.what ?? "between changes";
    tell(
      `${steps.length - 1} changes from seed ${seed}: ${found.entries} entries, ${found.instants} instants proved, ${found.compared} compared with the whole proof`,
      ...steps.map(
        (step) =>
          `${step.what}: ${step.stacks.join(", ")}, ${step.end - step.after} entries${step.failure === undefined ? "" : ", failed"}`,
      ),
    );
    expect(
      found.open.map((each) => ({
        change: stepAt(each.sequence),
        ...each,
        violation: violationOf(each.violation),
      })),
    ).toEqual([]);
    expect(found.undetermined).toEqual([]);
    expect(found.differences).toEqual([]);
    expect(found.dayZero).toEqual([]);
    // After what it did has been judged: an opening is the worse news.
    if (failure() !== undefined) throw failure();
    expect(found.compared).toBeGreaterThan(count);
  },
  (count + 4) * 300_000,
);

/** Writes the estate that the stacks read, in the place of what was there. */
function lay({ files }: ChangedEstate): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** What each stack holds, as a text: one that is the same has nothing to do. */
async function stacksOf(): Promise<Readonly<Record<StackKind, string>>> {
  const { stacks } = await estateResources(relative(checkout, folder));
  const texts = stackKinds.map((kind) => [kind, JSON.stringify(stacks[kind])] as const);
  return Object.fromEntries(texts) as Record<StackKind, string>;
}

async function deployed({ what, estate }: ChangedEstate, stacks: readonly StackKind[]): Promise<Step> {
  const after = (await control.status()).lastEntry;
  const progress = new Progress({ kind: "plain", write: () => {} });
  // The policies judge what is to be; here what happens is judged.
  const deployment = {
    workspace: world,
    place: "embedded",
    folder,
    estate,
    progress,
    policies: "off",
  } as const;
  const failure: unknown =
    stacks.length === 0
      ? undefined
      : await runStacks(deployment, "up", stacks).then(
          () => undefined,
          (error: unknown) => error,
        );
  return { what, failure, after, end: (await control.status()).lastEntry, stacks };
}

function declaredBy(...estates: readonly Estate[]): Declarations {
  return { permissions: estates.flatMap(permissionsOf), sites: estates.flatMap(({ sites }) => sites) };
}

/** Entries spread over a change, and its last. */
function drawn(after: number, end: number): readonly number[] {
  const spread = Array.from(
    { length: samples - 1 },
    (_, at) => after + Math.ceil(((at + 1) * (end - after)) / samples),
  );
  return [...spread, end];
}
