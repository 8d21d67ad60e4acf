/** A rehearsed loss of a zone on the simulated Scaleway: lose, switch, verify, restore, switch back, with the evidence. */
import type { Estate, ZoneKey } from "../../model/estate/index.ts";
import { stackName } from "../../stacks/stack-names.ts";
import type { Deployment } from "../deploy.ts";
import { ensureCredentials } from "../embedded/credentials.ts";
import { type LogEntry, type SimulatorControl, simulatorControl } from "../embedded/simulator-control.ts";
import { requireSimulator } from "../embedded/simulator-process.ts";
import { configured } from "../embedded/stacks.ts";
import { VisibleError } from "../errors.ts";
import { failover, forbiddenSteps, type Switch } from "./failover.ts";

export interface DrillStep {
  readonly step: string;
  readonly startedAt: string;
  readonly seconds: number;
  /** On the simulated Scaleway every second is measured there, none is Scaleway's own. */
  readonly mark: "measured";
}

export interface DrillEvidence {
  readonly estate: string;
  readonly lost: ZoneKey;
  readonly survivor: ZoneKey;
  readonly startedAt: string;
  readonly steps: readonly DrillStep[];
  /** From the loss to the end of the verification. */
  readonly recoverySeconds: number;
  readonly switchUpdates: number;
  readonly backUpdates: number;
  /** Calls of Scaleway's API made while the zone was lost; those to the lost zone are what must not be. */
  readonly calls: { readonly all: number; readonly toLostZone: readonly string[] };
  readonly applications: readonly {
    readonly application: string;
    readonly recovery: string;
    readonly targetSeconds: number;
    readonly measuredSeconds: number;
    readonly verdict: "met" | "missed";
  }[];
  readonly verdict: "passed" | "failed";
}

/** Calls of Scaleway's API between the loss of a zone and now, and those of them that went to that zone. */
export async function callsSince(
  control: SimulatorControl,
  after: number,
  zone: string,
): Promise<DrillEvidence["calls"]> {
  let all = 0;
  const toLostZone: string[] = [];
  for await (const entry of control.log(after)) {
    if (entry.type !== "call") continue;
    all += 1;
    if (concerns(entry, zone)) toLostZone.push(`${entry.method} ${entry.path}`);
  }
  return { all, toLostZone };
}

function concerns(entry: LogEntry, zone: string): boolean {
  return entry.locality === zone || (entry.type === "call" && entry.path.includes(`/zones/${zone}/`));
}

/** Ends what a drill that was killed left behind: zones come back, and the estate's own active zone serves again. */
async function settle(deployment: Deployment, control: SimulatorControl): Promise<void> {
  const { lostZones } = await control.status();
  for (const { zone } of lostZones) {
    await control.restore(zone);
    deployment.progress.line(`  ${zone} was still lost from a drill before: it is back`);
  }
  const { organisation, activeZone } = deployment.estate.organisation;
  const kept = configured(deployment.workspace.world, stackName(organisation, "dr"), "archipel:activeZone");
  if (kept !== undefined && kept !== "" && kept !== activeZone) await failover(deployment, activeZone);
}

/**
 * Runs the drill; the simulated Scaleway must run and every stack be up. Restores the zone whatever happens. Throws when
 * a step fails; a drill that ends but did what it must not has the verdict `failed`.
 */
export async function drill(deployment: Deployment, lost: ZoneKey): Promise<DrillEvidence> {
  const { workspace, estate, progress } = deployment;
  const { organisation, zones } = estate.organisation;
  const survivor: ZoneKey = lost === "par-1" ? "par-2" : "par-1";
  const { controlToken } = await ensureCredentials(workspace.world);
  const control = simulatorControl(await requireSimulator(workspace.world), controlToken);
  await settle(deployment, control);

  const steps: DrillStep[] = [];
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    const startedAt = new Date().toISOString();
    const started = performance.now();
    const result = await work();
    steps.push({ step, startedAt, seconds: round((performance.now() - started) / 1000), mark: "measured" });
    return result;
  };

  progress.expect(7);
  const startedAt = new Date().toISOString();
  const { lastEntry } = await control.status();
  const died = performance.now();
  await timed(`lose ${lost}`, () =>
    progress.step(`lose ${lost}`, async () => {
      await control.lose(zones[lost], "refuse");
      return { result: undefined, summary: `${zones[lost]} refuses every call, its machines are gone` };
    }),
  );
  let there: Switch;
  let calls: DrillEvidence["calls"];
  let recoverySeconds: number;
  try {
    there = await timed(`switch to ${survivor}`, () => failover(deployment, survivor));
    calls = await timed("verify", () =>
      progress.step("verify", async () => {
        const result = await callsSince(control, lastEntry, zones[lost]);
        return { result, summary: `${result.all} calls, ${result.toLostZone.length} to ${zones[lost]}` };
      }),
    );
    recoverySeconds = round((performance.now() - died) / 1000);
  } finally {
    await timed(`restore ${lost}`, () =>
      progress.step(`restore ${lost}`, async () => {
        await control.restore(zones[lost]);
        return { result: undefined, summary: `${zones[lost]} answers again` };
      }),
    );
  }
  const { activeZone } = estate.organisation;
  const back = await timed(`switch back to ${activeZone}`, () => failover(deployment, activeZone));

  const forbidden = [...forbiddenSteps(there.outcome.steps), ...forbiddenSteps(back.outcome.steps)];
  return {
    estate: organisation,
    lost,
    survivor,
    startedAt,
    steps,
    recoverySeconds,
    switchUpdates: there.outcome.steps.length,
    backUpdates: back.outcome.steps.length,
    calls,
    applications: applicationsOf(estate, recoverySeconds),
    verdict: calls.toLostZone.length === 0 && forbidden.length === 0 ? "passed" : "failed",
  };
}

function applicationsOf(estate: Estate, measuredSeconds: number): DrillEvidence["applications"] {
  return estate.applications.map(({ application, recovery, rtoMinutes }) => {
    const targetSeconds = (rtoMinutes as number) * 60;
    return {
      application,
      recovery,
      targetSeconds,
      measuredSeconds,
      verdict: measuredSeconds <= targetSeconds ? "met" : "missed",
    };
  });
}

/** Throws what a failed drill did wrong. */
export function requirePassed(evidence: DrillEvidence, file: string): void {
  if (evidence.verdict === "passed") return;
  const calls = evidence.calls.toLostZone.slice(0, 10).map((call) => `\n  ${call}`);
  throw new VisibleError(
    "drill-failed",
    `the switch called the zone that was lost${calls.join("")}`,
    `The evidence is in ${file}.`,
  );
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
