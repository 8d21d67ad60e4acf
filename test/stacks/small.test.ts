import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parseEstate } from "../../model/estate/index.ts";
import { makePlan } from "../../model/plan/index.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { dr } from "../../stacks/dr.ts";
import { edge } from "../../stacks/edge.ts";
import { foundation } from "../../stacks/foundation.ts";
import { loadEstate } from "../../stacks/load-estate.ts";
import { par } from "../../stacks/par.ts";
import type { StackRun } from "../../stacks/program.ts";
import { witness } from "../../stacks/witness.ts";
import { estateResources } from "../helpers/estate-resources.ts";
import { known, layOut } from "../helpers/laid-out.ts";
import { withOperatorKey } from "./run.ts";

/** The small estate, planned, through all six stacks: each reads what the ones before it provide. */
describe("the small estate", () => {
  let plan: Plan;
  beforeAll(() => {
    const { files, memory } = loadEstate(join(import.meta.dirname, "../estates/small"));
    const parsed = parseEstate(files);
    if (!parsed.ok) throw new Error("the small estate has problems");
    const planned = makePlan(parsed.estate, memory);
    if (!planned.ok) throw new Error("the small estate has no plan");
    plan = planned.plan;
  });

  it("goes through all six stacks", async () => {
    const provided = new Map<string, unknown>();
    const summaries = await withOperatorKey(async (environment) => {
      const run: StackRun = {
        plan,
        activeZone: plan.activeZone,
        protection: "off",
        environment,
        upstream: async (kind) => ({ estate: "small", kind, mode: "update", provides: provided.get(kind) }),
      };
      const stacks = {
        foundation: async () => foundation(run),
        "par-1": () => par(run, "par-1"),
        "par-2": () => par(run, "par-2"),
        witness: () => witness(run),
        edge: () => edge(run),
        dr: () => dr(run),
      };
      const counts: Record<string, number> = {};
      for (const [kind, program] of Object.entries(stacks)) {
        const { resources, result } = await layOut(program, { stack: `small.${kind}` });
        provided.set(kind, await known(result.provides));
        counts[kind] = resources.filter(({ type }) =>
          /^scaleway:(elasticmetal|instance)\/server:/.test(type),
        ).length;
      }
      return counts;
    });
    expect(summaries).toEqual({ foundation: 0, "par-1": 9, "par-2": 9, witness: 1, edge: 0, dr: 0 });
    expect(plan.summary.bareMetal + plan.summary.instances).toBe(19);
  });

  it("asks for a booked address of its own wherever it attaches something", async () => {
    const { stacks } = await estateResources("test/estates/small");
    const attached = Object.values(stacks)
      .flat()
      .flatMap(({ type, name, inputs }): { name: string; booked: unknown }[] => {
        const many = (key: string) =>
          (inputs.privateNetworks as Record<string, unknown>[]).map((leg) => ({ name, booked: leg[key] }));
        switch (type) {
          case "scaleway:elasticmetal/server:Server":
            return many("ipamIpIds");
          case "scaleway:loadbalancers/loadBalancer:LoadBalancer":
            return many("ipamIds");
          case "scaleway:instance/privateNic:PrivateNic":
            return [{ name, booked: inputs.ipamIpIds }];
          case "scaleway:network/gatewayNetwork:GatewayNetwork":
            return (inputs.ipamConfigs as { ipamIpId: string }[]).map(({ ipamIpId }) => ({
              name,
              booked: ipamIpId,
            }));
          default:
            return [];
        }
      });
    const ids = attached.map(({ booked }) => (Array.isArray(booked) ? booked[0] : booked));
    expect(attached.filter((_, index) => typeof ids[index] !== "string")).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    const hypervisors = attached.filter(({ name }) => name.startsWith("town-"));
    expect(hypervisors).toHaveLength(4);
  });
});
