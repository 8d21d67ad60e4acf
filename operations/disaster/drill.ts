/** A rehearsed loss of a zone on the simulated Scaleway: lose, switch, verify, restore, switch back, with the evidence. */
import type { Estate, ZoneKey } from "../../model/estate/index.ts";
import { stackName } from "../../stacks/stack-names.ts";
import type { Deployment } from "../deploy.ts";
import { ensureCredentials } from "../embedded/credentials.ts";
import { type SimulatorControl, simulatorControl } from "../embedded/simulator-control.ts";
import { requireSimulator } from "../embedded/simulator-process.ts";
import { configured } from "../embedded/stacks.ts";
import { VisibleError } from "../errors.ts";
import { requirePlan } from "../estates.ts";
import { failover, forbiddenSteps } from "./failover.ts";
import { faults, type Verification, verify } from "./verify.ts";

export interface DrillStep {
  readonly step: string;
  readonly startedAt: string;
  readonly seconds: number;
  /** On the simulated Scaleway every second is measured there, none is Scaleway's own. */
  readonly mark: "measured";
}

export interface DrillEvidence extends Verification {
  readonly estate: string;
  readonly lost: ZoneKey;
  readonly survivor: ZoneKey;
  readonly startedAt: string;
  readonly steps: readonly DrillStep[];
  /** From the loss to the end of the verification. */
  readonly recoverySeconds: number;
  readonly switchUpdates: number;
  readonly backUpdates: number;
  readonly applications: readonly {
    readonly application: string;
    readonly recovery: string;
    readonly targetSeconds: number;
    readonly measuredSeconds: number;
    readonly verdict: "met" | "missed";
  }[];
  /** What went otherwise than it must, one line each. */
  readonly faults: readonly string[];
  readonly verdict: "passed" | "failed";
}

/** Brings back the zones that a drill which was killed left lost: while they are, nothing of theirs can be deployed or read. */
export async function restoreZones({ workspace, progress }: Deployment): Promise<SimulatorControl> {
  const { controlToken } = await ensureCredentials(workspace.world);
  const control = simulatorControl(await requireSimulator(workspace.world), controlToken);
  const { lostZones } = await control.status();
  for (const { zone } of lostZones) {
    await control.restore(zone);
    progress.line(`  ${zone} was still lost from a drill before: it is back`);
  }
  return control;
}

/** Ends what a drill that was killed left behind: the estate's own active zone serves again. */
async function settle(deployment: Deployment): Promise<void> {
  const { organisation, activeZone } = deployment.estate.organisation;
  const kept = configured(deployment.workspace.world, stackName(organisation, "dr"), "archipel:activeZone");
  if (kept !== undefined && kept !== "" && kept !== activeZone) await failover(deployment, activeZone);
}

/**
 * Runs the drill; the simulated Scaleway must run and every stack be up. Restores the zone whatever happens. Throws when
 * a step fails; a drill that ends but did what it must not has the verdict `failed`.
 */
export async function drill(deployment: Deployment, lost: ZoneKey): Promise<DrillEvidence> {
  const { workspace, folder, estate, progress } = deployment;
  const { organisation, zones, activeZone } = estate.organisation;
  const survivor: ZoneKey = lost === "par-1" ? "par-2" : "par-1";
  const { plan } = requirePlan(folder, estate);
  const control = await restoreZones(deployment);
  await settle(deployment);

  const steps: DrillStep[] = [];
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    const startedAt = new Date().toISOString();
    const started = performance.now();
    const result = await work();
    steps.push({ step, startedAt, seconds: round((performance.now() - started) / 1000), mark: "measured" });
    return result;
  };
  /** A step of the drill that is one line of progress. */
  const told = <T>(step: string, work: () => Promise<{ result: T; summary: string }>): Promise<T> =>
    timed(step, () => progress.step(step, work));

  // Losing, verifying and restoring are a step each, the two switches two: planning and doing.
  progress.expect(7);
  const startedAt = new Date().toISOString();
  const { lastEntry: after } = await control.status();
  const died = performance.now();
  await told(`lose ${lost}`, async () => {
    await control.lose(zones[lost], "refuse");
    return { result: undefined, summary: `${zones[lost]} refuses every call, its machines are gone` };
  });
  const during = async () => {
    const there = await timed(`switch to ${survivor}`, () => failover(deployment, survivor));
    const verification = await told("verify", async () => {
      const result = await verify(workspace, control, { plan, lost, after, tookOver: lost === activeZone });
      const { names, calls } = result;
      const served = names.filter(({ verdict }) => verdict === "served").length;
      const summary = `${served} of ${names.length} names served, ${calls.all} calls, ${calls.toLostZone.length} to ${zones[lost]}`;
      return { result, summary };
    });
    return { there, verification, recoverySeconds: round((performance.now() - died) / 1000) };
  };
  const { there, verification, recoverySeconds } = await during().finally(() =>
    told(`restore ${lost}`, async () => {
      await control.restore(zones[lost]);
      return { result: undefined, summary: `${zones[lost]} answers again` };
    }),
  );
  const back = await timed(`switch back to ${activeZone}`, () => failover(deployment, activeZone));

  const found = [
    ...faults(verification),
    ...[...there.outcome.steps, ...back.outcome.steps].flatMap((step) => forbiddenSteps([step])),
  ];
  return {
    estate: organisation,
    lost,
    survivor,
    startedAt,
    steps,
    recoverySeconds,
    switchUpdates: updates(there.outcome.steps),
    backUpdates: updates(back.outcome.steps),
    ...verification,
    applications: applicationsOf(estate, recoverySeconds),
    faults: found,
    verdict: found.length === 0 ? "passed" : "failed",
  };
}

function updates(steps: readonly { readonly op: string }[]): number {
  return steps.filter(({ op }) => op === "update").length;
}

function applicationsOf(estate: Estate, measuredSeconds: number): DrillEvidence["applications"] {
  return estate.applications.map(({ application, recovery, rtoMinutes }) => {
    const targetSeconds = (rtoMinutes as number) * 60;
    const verdict = measuredSeconds <= targetSeconds ? "met" : "missed";
    return { application, recovery, targetSeconds, measuredSeconds, verdict };
  });
}

/** Throws what a failed drill did wrong. */
export function requirePassed(evidence: DrillEvidence, file: string): void {
  if (evidence.verdict === "passed") return;
  const shown = evidence.faults.slice(0, 20).map((fault) => `\n  ${fault}`);
  throw new VisibleError(
    "drill-failed",
    `losing ${evidence.lost} did not go as it must${shown.join("")}`,
    `The evidence is in ${file}.`,
  );
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
