/** Users that either zone carries alone, against the declared peak times the declared growth. */
import type { Application, Estate, ZoneKey } from "../estate/estate.ts";
import { zoneKeys } from "../estate/estate.ts";
import type { CapacityRow } from "./plan.ts";
import type { PlanProblem } from "./plan-problems.ts";

/** Row of the organisation as a whole: its way in. */
export const wholeEstate = "(all)";

/** Simultaneous connections of a load balancer (Scaleway's load balancer limits, 2026-05-06); a user is taken for one. */
const connections = { "LB-S": 20_000, "LB-M": 50_000, "LB-L": 160_000, "LB-XL": 3_000_000 } as const;

export function capacityOf(estate: Estate): {
  readonly rows: readonly CapacityRow[];
  readonly problems: readonly PlanProblem[];
} {
  const { growth, peakUsers } = estate.organisation;
  const served = estate.applications.filter(({ workloads }) =>
    workloads.some(({ sustains }) => sustains > 0),
  );
  const rows = zoneKeys.flatMap((lost) => [
    ...served.map((application) =>
      row(application.application, lost, application.peak * growth, leftOf(application, lost)),
    ),
    ...wayIn(estate).map((left) => row(wholeEstate, lost, peakUsers * growth, left)),
  ]);
  const recovery = new Map(
    estate.applications.map((application) => [application.application, application.recovery]),
  );
  const problems = rows
    // A cold application comes back by being restored: it does not claim to be carried meanwhile.
    .filter(({ application, verdict }) => verdict === "falls short" && recovery.get(application) !== "cold")
    .map(
      (short): PlanProblem => ({
        code: "PLAN-003",
        where:
          short.application === wholeEstate
            ? "platform.yaml proxies, loadBalancer"
            : `application ${short.application}`,
        got: `${short.left} users carried when ${short.lost} is lost`,
        allowed: `${short.needed} at least`,
        because: `the peak of ${short.needed / growth} users times ${growth} must hold on one zone`,
        hint: "more members in the other zone, or members that sustain more",
      }),
    );
  return { rows: rows.sort((a, b) => order(a, b)), problems };
}

function order(a: CapacityRow, b: CapacityRow): number {
  return a.application !== b.application
    ? a.application < b.application
      ? -1
      : 1
    : a.lost < b.lost
      ? -1
      : 1;
}

function row(application: string, lost: ZoneKey, wanted: number, left: number): CapacityRow {
  const needed = Math.ceil(wanted);
  return { application, lost, needed, left, verdict: left >= needed ? "holds" : "falls short" };
}

function other(lost: ZoneKey): ZoneKey {
  return zoneKeys.find((zone) => zone !== lost) as ZoneKey;
}

/** Every tier on the users' path must carry them: the weakest one counts. */
function leftOf({ workloads }: Application, lost: ZoneKey): number {
  const tiers = workloads.filter(({ sustains }) => sustains > 0);
  return Math.min(...tiers.map(({ count, sustains }) => count[other(lost)] * sustains));
}

/** What one zone's load balancer and proxies let in; nothing to say where there is no way in. Both zones are alike. */
function wayIn({ platform: { proxies, loadBalancer } }: Estate): number[] {
  if (proxies === undefined || loadBalancer === undefined) return [];
  return [Math.min(proxies.count * proxies.sustains, connections[loadBalancer.type])];
}
