/** Fewest firewalls, with a bound that this file counts by itself; what is placed stays; what cannot be is refused with the bound. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Estate } from "../../../model/estate/index.ts";
import type { PlanProblem } from "../../../model/plan/index.ts";
import { makePlan } from "../../../model/plan/index.ts";
import { planned, readEstate } from "./estates.ts";
import { estateOf, estateShapes } from "./random-estates.ts";

/** Half the one card of the offers used here, in Gbps (Scaleway's Elastic Metal datasheet). */
const halfCard: Readonly<Record<string, number>> = { "EM-A610R-NVME": 0.5, "EM-I120E-NVME": 12.5 };

/** Counted from the estate alone: every network takes a leg of a pair of its class and sends its peak through it. */
function boundOf(estate: Estate, legs = estate.organisation.quotas.privateNetworksPerBareMetal ?? 8): number {
  const { segmentation, edge, access } = estate.platform.firewalls;
  const perClass = new Map<string, { networks: number; senders: number }>();
  const count = (trustClass: string, networks: number, senders = networks): void => {
    const row = perClass.get(trustClass) ?? { networks: 0, senders: 0 };
    perClass.set(trustClass, { networks: row.networks + networks, senders: row.senders + senders });
  };
  for (const { trustClass, networks } of estate.applications) count(trustClass, networks.length);
  for (const { trustClass } of estate.hypervisors) count(trustClass, 1);
  if (edge === undefined)
    count(estate.organisation.trustClasses[0] ?? "", estate.platform.loadBalancer ? 2 : 1, 0);
  let pairs = (edge === undefined ? 0 : 1) + (access === undefined ? 0 : 1);
  for (const { networks, senders } of perClass.values()) {
    const byLegs = Math.ceil(networks / (legs - segmentation.reservedLegs));
    const byLoad = Math.ceil(
      (senders * segmentation.forwardedGbps) / (halfCard[segmentation.offer] ?? 0) - 1e-9,
    );
    pairs += Math.max(byLegs, byLoad);
  }
  return 2 * pairs;
}

function withQuotas(estate: Estate, quotas: Readonly<Record<string, number>>): Estate {
  return {
    ...estate,
    organisation: { ...estate.organisation, quotas: { ...estate.organisation.quotas, ...quotas } },
  };
}

function withSegmentation(
  estate: Estate,
  changes: Partial<Estate["platform"]["firewalls"]["segmentation"]>,
): Estate {
  const { firewalls } = estate.platform;
  return {
    ...estate,
    platform: {
      ...estate.platform,
      firewalls: { ...firewalls, segmentation: { ...firewalls.segmentation, ...changes } },
    },
  };
}

function refusal(estate: Estate): readonly PlanProblem[] {
  const result = makePlan(estate);
  return result.ok ? [] : result.problems;
}

describe("firewalls", () => {
  const small = readEstate("test/estates/small");

  it("are as few as legs and trust classes allow, and the certificate's bound is the one counted here", () => {
    fc.assert(
      fc.property(estateShapes, (shape) => {
        const estate = estateOf(shape);
        const { certificate, pairs } = planned(estate).plan.firewalls;
        expect(certificate.lowerBound).toBe(boundOf(estate));
        expect(certificate.count).toBe(2 * pairs.length);
        expect(certificate.count).toBe(certificate.lowerBound);
        expect(certificate.moves).toBe(0);
      }),
      { numRuns: 20, seed: 20_221_121 },
    );
  });

  it("are more where traffic asks for more: never one that forwards over half its card", () => {
    const { firewalls } = small.platform;
    const withEdge = {
      ...small,
      platform: {
        ...small.platform,
        firewalls: { ...firewalls, edge: { offer: "PRO2-M", os: "debian-12" } },
      },
    };
    const estate = withSegmentation(withEdge, { forwardedGbps: 0.15 });
    const { certificate, pairs } = planned(estate).plan.firewalls;
    // Four networks of 0.15 Gbps: one leg each fits one pair, their traffic does not.
    expect(certificate.perClass).toMatchObject([{ byLegs: 1, byThroughput: 2, pairs: 2 }]);
    expect(certificate.lowerBound).toBe(boundOf(estate));
    for (const { loadGbps } of pairs) expect(loadGbps.peak).toBeLessThanOrEqual(loadGbps.limit ?? 0);
  });

  it("stay where they are when legs are taken away, but for the networks that no longer fit", () => {
    const before = planned(small);
    const fewer = withQuotas(small, { privateNetworksPerBareMetal: 6 });
    const after = planned(fewer, before.memory);
    // Six networks on one pair of four: two leave.
    expect(after.plan.summary.firewalls).toEqual({ count: 4, lowerBound: 4, moves: 2 });
    const kept = after.plan.firewalls.pairs.find(({ key }) => key === "firewall-internal-1");
    expect(kept?.legs).toEqual({ used: 6, limit: 6, reserved: 2 });
    expect(kept?.vrid).toBe(before.plan.firewalls.pairs[0]?.vrid);
  });

  it("are not given up when applications leave: the certificate says that fewer would do", () => {
    const five = withQuotas(small, { privateNetworksPerBareMetal: 5 });
    const before = planned(five);
    expect(before.plan.summary.firewalls.count).toBe(4);
    const without = {
      ...five,
      applications: five.applications
        .filter(({ application }) => application === "payroll")
        .map((application) => ({ ...application, flows: [] })),
      platform: { ...five.platform, edgeServices: [], loadBalancer: undefined, proxies: undefined },
      hypervisors: [],
    } as unknown as Estate;
    const after = planned(without, before.memory);
    expect(after.plan.firewalls.certificate.moves).toBe(0);
    expect(after.plan.firewalls.certificate.lowerBound).toBe(2);
  });

  it("say what the default of 8 networks a server would take, and what that costs", () => {
    const { certificate } = planned(readEstate("estates/guadeloupe")).plan.firewalls;
    const [eight, twenty] = certificate.alternatives;
    expect(eight).toMatchObject({ legs: 8, firewalls: boundOf(readEstate("estates/guadeloupe"), 8) });
    expect(twenty).toMatchObject({ legs: 20, firewalls: 20 });
    expect(eight?.eurPerMonth).toBeGreaterThan(twenty?.eurPerMonth ?? Number.POSITIVE_INFINITY);
  });

  it("are refused where every leg is reserved", () => {
    const problems = refusal(withQuotas(small, { privateNetworksPerBareMetal: 2 }));
    expect(problems).toMatchObject([{ code: "PLAN-001", got: "2 of 2 legs" }]);
    expect(problems[0]?.because).toContain("2 − 2 = 0");
  });

  it("are refused where fewer servers are granted than the bound, with the bound", () => {
    const estate = withQuotas(small, { privateNetworksPerBareMetal: 5, "bareMetal/EM-A610R-NVME": 3 });
    const problem = refusal(estate).find(({ where }) => where.endsWith("bareMetal/EM-A610R-NVME"));
    expect(boundOf(estate)).toBe(4);
    expect(problem).toMatchObject({ code: "PLAN-002", got: "4 needed", allowed: "3 granted" });
  });

  it("are refused where one network sends more than a member forwards", () => {
    const problems = refusal(withSegmentation(small, { forwardedGbps: 0.51 }));
    expect(problems).toMatchObject([{ code: "PLAN-006", got: "0.51 Gbps a network", allowed: "0.5 Gbps" }]);
  });

  it("are refused where everybody sends to one network more than a member forwards", () => {
    const problems = refusal(withSegmentation(small, { forwardedGbps: 0.3 }));
    expect(problems.map(({ code, where }) => `${code} ${where}`)).toEqual(["PLAN-006 network egress"]);
  });
});
