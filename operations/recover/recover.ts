/**
 * Puts a killed run right. The engine alone would duplicate what was being created when it died, and for ever refuse or
 * repeat what was pending; here each pending create is looked up at Scaleway and adopted, or known not to have happened.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { project, stateFile } from "../embedded/stacks.ts";
import { nameOf, pulumi, requireSuccess, runEngine, type Workspace } from "../engine/engine.ts";
import { VisibleError } from "../errors.ts";
import {
  claimedIds,
  type ExportedStack,
  type PendingOperation,
  type Settlement,
  settle,
} from "./deployment.ts";
import { finders } from "./finders.ts";
import { locksInText, locksOf, refuseHeld, removeLocks } from "./locks.ts";
import { endOrphans, orphans } from "./orphans.ts";
import { type ScalewayApi, scalewayApi } from "./scaleway-api.ts";
import { removeTornFiles } from "./torn-files.ts";

/** A request that the dead provider had sent may still be on its way: what is not there is looked for once more. */
const SECOND_LOOK_MILLISECONDS = 1000;

export interface Recovery {
  readonly stack: string;
  /** Processes ended. */
  readonly orphans: number;
  /** Locks of dead processes removed. */
  readonly locks: number;
  readonly settlements: readonly Settlement[];
}

/** Whether a stack in a file backend shows signs of a killed run; `unknown` in any other backend. */
export function needsRecovery(
  { world, environment }: Workspace,
  stack: string,
  projectName = project,
): "yes" | "no" | "unknown" {
  const backend = environment.PULUMI_BACKEND_URL;
  const state = stateFile(backend, stack, projectName);
  if (state === undefined) return "unknown";
  if (orphans(world).length > 0 || locksOf(backend, projectName, stack).length > 0) return "yes";
  if (!existsSync(state)) return "no";
  const { checkpoint } = JSON.parse(readFileSync(state, "utf8")) as {
    checkpoint?: { latest?: { pending_operations?: unknown[] } | null };
  };
  return (checkpoint?.latest?.pending_operations ?? []).length > 0 ? "yes" : "no";
}

/**
 * Ends what a dead run left running, removes its lock, settles its pending operations. Doing it twice changes nothing.
 * Refuses a stack that a living process holds, and a create whose result cannot be told for certain.
 */
export async function recover(
  workspace: Workspace,
  stack: string,
  projectName: string = project,
): Promise<Recovery> {
  const { world, environment } = workspace;
  const ended = await endOrphans(world);
  const backend = environment.PULUMI_BACKEND_URL;
  const held = locksOf(backend, projectName, stack);
  refuseHeld(stack, held);
  // First of all: with a torn file there, no command of the engine reads the stack.
  removeTornFiles(backend, projectName, stack);
  const locks = await removeLocks(workspace, stack, held);
  const exported = JSON.parse(
    await pulumi(workspace, ["stack", "export", "--stack", stack]),
  ) as ExportedStack;
  const pending = exported.deployment.pending_operations ?? [];
  const settlements =
    pending.length === 0 ? [] : await settleAll(pending, exported, scalewayApi(environment));
  if (pending.length > 0) {
    await importStack(workspace, stack, settle(exported, settlements));
    const targets = settlements.filter(({ kind }) => kind !== "dropped").map(({ urn }) => urn);
    if (targets.length > 0) {
      requireSuccess(
        await runEngine(workspace, "refresh", stack, { targets: [...new Set(targets)] }),
        "refreshing",
      );
    }
  }
  return { stack, orphans: ended, locks, settlements };
}

async function settleAll(
  pending: readonly PendingOperation[],
  exported: ExportedStack,
  api: ScalewayApi,
): Promise<readonly Settlement[]> {
  const first = await Promise.all(pending.map((operation) => settleOne(operation, exported, api)));
  const looksAgain = first.some(
    (settlement) => settlement.kind === "dropped" && settlement.because === NOT_FOUND,
  );
  if (!looksAgain) return first;
  await delay(SECOND_LOOK_MILLISECONDS);
  return Promise.all(
    pending.map((operation, index) => {
      const settlement = first[index] as Settlement;
      return settlement.kind === "dropped" && settlement.because === NOT_FOUND
        ? settleOne(operation, exported, api)
        : settlement;
    }),
  );
}

const NOT_FOUND = "nothing was made";

async function settleOne(
  { resource, type }: PendingOperation,
  exported: ExportedStack,
  api: ScalewayApi,
): Promise<Settlement> {
  const { urn } = resource;
  if (type === "reading" || type === "importing") return { kind: "dropped", urn, because: "it only read" };
  const known = (exported.deployment.resources ?? []).some((other) => other.urn === urn);
  if (type !== "creating")
    return known ? { kind: "refreshed", urn } : { kind: "dropped", urn, because: "it is not in the state" };
  if (!resource.custom) return { kind: "dropped", urn, because: "a component is only a name" };
  if (resource.type.startsWith("pulumi:providers:"))
    return { kind: "dropped", urn, because: "a provider is only a process" };
  const finder = finders[resource.type];
  if (finder === undefined) {
    throw new VisibleError(
      "recovery-ambiguous",
      `${nameOf(urn)} was being created, and nothing is known about how to find a ${resource.type} at Scaleway`,
      `See in the console whether it exists. If not: npx pulumi refresh --clear-pending-creates; if so: npx pulumi import ${resource.type} ${nameOf(urn)} ID`,
    );
  }
  if (finder.kind === "repeat") return { kind: "dropped", urn, because: finder.because };
  const claimed = claimedIds(exported, resource.type);
  const found = (await finder.find(resource.inputs ?? {}, api)).filter((id) => !claimed.has(id));
  if (found.length > 1) {
    throw new VisibleError(
      "recovery-ambiguous",
      `${nameOf(urn)} was being created, and ${found.length} things at Scaleway fit it: ${[...found].sort().join(", ")}`,
      "Delete all but one of them and try again.",
    );
  }
  const [id] = found;
  return id === undefined ? { kind: "dropped", urn, because: NOT_FOUND } : { kind: "adopted", urn, id };
}

async function importStack(workspace: Workspace, stack: string, settled: ExportedStack): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "archipel-recover-"));
  try {
    const file = join(folder, "stack.json");
    writeFileSync(file, JSON.stringify(settled), { mode: 0o600 });
    const args = ["stack", "import", "--stack", stack, "--file", file];
    try {
      await pulumi(workspace, args);
    } catch (error) {
      // In a backend whose locks cannot be read, the refusal is what names them.
      const locks = error instanceof VisibleError ? locksInText(error.message) : [];
      if (locks.length === 0) throw error;
      refuseHeld(stack, locks);
      await removeLocks(workspace, stack, locks);
      await pulumi(workspace, args);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
