/** Estates that the planner's tests plan, read from their folders. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Estate } from "../../../model/estate/index.ts";
import { parseEstate, renderText } from "../../../model/estate/index.ts";
import type { PlanMemory } from "../../../model/plan/index.ts";
import { makePlan, renderPlanProblems } from "../../../model/plan/index.ts";
import type { BareMetalPlan, InstancePlan, LegPlan, Plan } from "../../../model/plan/plan.ts";

const root = join(import.meta.dirname, "../../..");

/** Throws with the reader's text where the estate is refused. */
export function readEstate(folder: "test/estates/small" | "estates/guadeloupe"): Estate {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".yaml") && name !== "allocations.yaml")
    .sort();
  const files = new Map(names.map((name) => [name, readFileSync(join(root, folder, name), "utf8")]));
  const parsed = parseEstate(files);
  if (!parsed.ok) throw new Error(renderText(parsed.problems));
  return parsed.estate;
}

/** Throws with the reader's text where there is no plan. */
export function planned(
  estate: Estate,
  previous?: PlanMemory,
): { readonly plan: Plan; readonly memory: PlanMemory } {
  const result = makePlan(estate, previous);
  if (!result.ok) throw new Error(renderPlanProblems(result.problems));
  return result;
}

/** Every server of a plan, the witness last. */
export function serversOf(plan: Plan): (BareMetalPlan | InstancePlan)[] {
  return [
    ...Object.values(plan.deployments).flatMap((zone): (BareMetalPlan | InstancePlan)[] => [
      zone.bastion,
      ...zone.firewalls,
      ...zone.instanceFirewalls,
      ...zone.egress,
      ...zone.proxies,
      ...zone.hypervisors,
      ...zone.fleets.flatMap(({ members }): (BareMetalPlan | InstancePlan)[] => [...members]),
    ]),
    plan.witness.server,
  ];
}

/** Legs that their host has an address on: all but those that only carry guests. */
export function addressedLegs({ foundation }: Plan, { legs }: BareMetalPlan | InstancePlan): LegPlan[] {
  const carrying = new Set(
    foundation.reservations.filter(({ purpose }) => purpose === "bridge").map(({ key }) => key),
  );
  return legs.filter(({ reservation }) => !carrying.has(reservation));
}

/** Text of a file on a sealed host. */
export function fileOf(server: BareMetalPlan | InstancePlan, path: string): string {
  const file = server.host.files.find((candidate) => candidate.path === path);
  if (file === undefined) throw new Error(`${server.key} has no ${path}`);
  return file.content;
}
