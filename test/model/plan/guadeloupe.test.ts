/** The reference estate at full size. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Estate } from "../../../model/estate/index.ts";
import type { Plan } from "../../../model/plan/plan.ts";
import { planned, readEstate, serversOf } from "./estates.ts";

describe("guadeloupe", () => {
  let estate: Estate;
  let plan: Plan;
  beforeAll(() => {
    estate = readEstate("estates/guadeloupe");
    plan = planned(estate).plan;
  });

  it("has the council's figures", () => {
    expect(plan.summary).toMatchObject({
      bareMetal: 83,
      instances: 90,
      services: 150,
      privateNetworks: 123,
      firewalls: { count: 20, lowerBound: 20, moves: 0 },
    });
    expect(serversOf(plan)).toHaveLength(173);
  });

  it("keeps within 100 networks a VPC, and few pairs with legs in two", () => {
    const vpcOf = new Map(plan.foundation.privateNetworks.map(({ key, vpc }) => [key, vpc]));
    const sizes = new Map<string, number>();
    for (const vpc of vpcOf.values()) sizes.set(vpc, (sizes.get(vpc) ?? 0) + 1);
    expect(sizes.size).toBe(2);
    expect(Math.max(...sizes.values())).toBeLessThanOrEqual(100);
    const spread = plan.firewalls.pairs.filter(
      ({ virtualAddresses }) =>
        new Set(virtualAddresses.map(({ privateNetwork }) => vpcOf.get(privateNetwork))).size > 1,
    );
    // The smaller VPC holds 23 networks or so: two pairs of it at most.
    expect(spread.length).toBeLessThanOrEqual(2);
  });

  it("carries the peak times four on either zone alone", () => {
    expect(plan.capacity.filter(({ application }) => application === "(all)")).toEqual([
      { application: "(all)", lost: "par-1", needed: 32_000, left: 33_000, verdict: "holds" },
      { application: "(all)", lost: "par-2", needed: 32_000, left: 33_000, verdict: "holds" },
    ]);
    const cold = new Set(
      estate.applications.filter(({ recovery }) => recovery === "cold").map(({ application }) => application),
    );
    expect(
      plan.capacity.filter(({ application, verdict }) => verdict !== "holds" && !cold.has(application)),
    ).toEqual([]);
  });

  it("lists what it takes of every quota, all of it granted or within the default", () => {
    const rows = new Map(plan.quotas.map((row) => [row.quota, row]));
    expect(rows.get("privateNetworksPerBareMetal")).toEqual({
      quota: "privateNetworksPerBareMetal",
      scope: "server",
      needed: Math.max(
        ...serversOf(plan)
          .filter(({ kind }) => kind === "bare-metal")
          .map(({ legs }) => legs.length),
      ),
      default: 8,
      granted: 20,
      verdict: "granted",
    });
    const metal = plan.quotas.filter(({ quota }) => quota.startsWith("bareMetal/"));
    expect(metal.reduce((sum, { needed }) => sum + needed, 0)).toBe(83);
    const instances = plan.quotas.filter(({ quota }) => quota.startsWith("instances/"));
    expect(instances.reduce((sum, { needed }) => sum + needed, 0)).toBe(90);
    expect(plan.quotas.filter(({ verdict }) => verdict === "missing")).toEqual([]);
  });

  it("has a first boot that Scaleway takes, and no secret or VLAN number in any text", () => {
    for (const server of serversOf(plan)) {
      expect(server.cloudInit.length, server.key).toBeLessThanOrEqual(127_998);
      expect(server.host.configure, server.key).not.toMatch(/PRIVATE KEY-----|SCW[A-Z0-9]{17}/);
      expect(server.host.configure, server.key).not.toMatch(/^Id=\d/m);
    }
  });

  it("knows the price of everything that a source prices, and names the rest", () => {
    expect(plan.cost.perMonth).toBeGreaterThan(20_000);
    expect(plan.cost.unpriced).toEqual(expect.arrayContaining(["LB-L", "VPC-GW-L"]));
    const priced = plan.cost.lines.filter(({ perMonth }) => perMonth !== undefined);
    expect(plan.cost.perMonth).toBeCloseTo(
      priced.reduce((sum, { perMonth }) => sum + (perMonth ?? 0), 0),
      1,
    );
  });
});
