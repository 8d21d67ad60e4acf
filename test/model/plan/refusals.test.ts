/** What the planner refuses: one mistake each, by code, with what is allowed and why. */
import { describe, expect, it } from "vitest";
import type { Application, Estate } from "../../../model/estate/index.ts";
import type { PlanCode, PlanMemory } from "../../../model/plan/index.ts";
import {
  emptyMemory,
  makePlan,
  parseMemory,
  planCodes,
  renderPlanProblems,
} from "../../../model/plan/index.ts";
import { interfaceName } from "../../../model/plan/networks.ts";
import { planned, readEstate } from "./estates.ts";

const small = readEstate("test/estates/small");

function withApplication(name: string, change: (application: Application) => Application): Estate {
  return {
    ...small,
    applications: small.applications.map((application) =>
      application.application === name ? change(application) : application,
    ),
  };
}

function withOrganisation(changes: Partial<Estate["organisation"]>): Estate {
  return { ...small, organisation: { ...small.organisation, ...changes } };
}

function withPlatform(changes: Partial<Estate["platform"]>): Estate {
  return { ...small, platform: { ...small.platform, ...changes } };
}

function withExposure(exposure: "public" | "vpn", protocol: "tcp" | "udp"): Estate {
  return withApplication("payroll", (application) => ({
    ...application,
    services: application.services.map((service) => ({ ...service, exposure, protocol })),
  }));
}

const access = {
  ...small.platform,
  firewalls: { ...small.platform.firewalls, access: { offer: "PRO2-XS", os: "debian-12" } },
};

const lightTraffic = {
  ...small.platform,
  firewalls: { segmentation: { ...small.platform.firewalls.segmentation, forwardedGbps: 0.001 } },
};

const manyNetworks = (count: number): Estate =>
  withApplication("payroll", (application) => ({
    ...application,
    networks: [
      ...application.networks,
      ...Array.from({ length: count }, (_, index) => ({ name: `payroll-${100 + index}`, prefixLength: 29 })),
    ],
  }));

/** Two names of one beginning whose digests begin alike too; found by trying, a thousand or so are enough. */
function collidingNames(): [string, string] {
  const seen = new Map<string, string>();
  for (let number = 0; ; number += 1) {
    const name = `document-checking-${number}`;
    const other = seen.get(interfaceName(name));
    if (other !== undefined) return [other, name];
    seen.set(interfaceName(name), name);
  }
}

const refused: readonly (readonly [PlanCode, string, Estate, RegExp])[] = [
  [
    "PLAN-001",
    "legs that are all reserved",
    withOrganisation({ quotas: { ...small.organisation.quotas, privateNetworksPerBareMetal: 1 } }),
    /1 − 2 = -1/,
  ],
  [
    "PLAN-002",
    "a quota that is not granted",
    withOrganisation({ quotas: { ...small.organisation.quotas, "instances/PLAY2-NANO": 11 } }),
    /1 more than/,
  ],
  ["PLAN-003", "a peak that one zone does not carry", withOrganisation({ growth: 3 }), /200 users times 3/],
  [
    "PLAN-004",
    "an address space that is full",
    withOrganisation({ addressSpace: "10.64.0.0/22" }),
    /in a row/,
  ],
  [
    "PLAN-005",
    "a network that is full",
    withApplication("portal", (application) => ({
      ...application,
      networks: [{ name: "portal", prefixLength: 29 }],
      workloads: application.workloads.map((workload) => ({
        ...workload,
        count: { "par-1": 2, "par-2": 2 },
      })),
    })),
    /of 8 addresses/,
  ],
  [
    "PLAN-005",
    "a network that its guests alone would fit in, without the hypervisors that carry them",
    withApplication("agenda", (application) => ({
      ...application,
      networks: [{ name: "agenda", prefixLength: 29 }],
    })),
    /of 8 addresses/,
  ],
  [
    "PLAN-006",
    "traffic beyond half a card",
    withPlatform({
      firewalls: { segmentation: { ...small.platform.firewalls.segmentation, forwardedGbps: 1 } },
    }),
    /1 Gbps card/,
  ],
  [
    "PLAN-007",
    "hypervisors of more networks than legs",
    {
      ...withApplication("agenda", (application) => ({
        ...application,
        networks: Array.from({ length: 9 }, (_, index) => ({ name: `agenda-${index}`, prefixLength: 26 })),
        services: [],
        workloads: Array.from({ length: 9 }, (_, index) => ({
          ...(application.workloads[0] as Application["workloads"][number]),
          name: `agenda-vm-${index}`,
          network: `agenda-${index}`,
        })),
      })),
      organisation: {
        ...small.organisation,
        quotas: {
          ...small.organisation.quotas,
          privateNetworksPerBareMetal: 9,
          "bareMetal/EM-A610R-NVME": 20,
        },
      },
      platform: lightTraffic,
    },
    /9 networks/,
  ],
  [
    "PLAN-008",
    "addresses that may not move",
    withOrganisation({ assumptions: { arpMoves: "refused", legsInTwoVpcs: "accepted" } }),
    /gratuitous ARP/,
  ],
  [
    "PLAN-008",
    "legs in two VPCs",
    {
      ...manyNetworks(110),
      organisation: {
        ...small.organisation,
        assumptions: { arpMoves: "accepted", legsInTwoVpcs: "refused" },
        quotas: { ...small.organisation.quotas, "bareMetal/EM-A610R-NVME": 40 },
      },
      platform: lightTraffic,
    },
    /100 private networks/,
  ],
  [
    "PLAN-009",
    "a public datagram service without an edge pair",
    withExposure("public", "udp"),
    /firewalls\.edge/,
  ],
  ["PLAN-009", "a VPN service without an access pair", withExposure("vpn", "tcp"), /firewalls\.access/],
  [
    "PLAN-010",
    "two networks whose interfaces would have one name",
    withApplication("payroll", (application) => ({
      ...application,
      networks: [...application.networks, ...collidingNames().map((name) => ({ name, prefixLength: 26 }))],
    })),
    /rules name interfaces/,
  ],
  [
    "PLAN-011",
    "a workload in one zone only",
    withApplication("payroll", (application) => ({
      ...application,
      workloads: application.workloads.map((workload) => ({
        ...workload,
        count: { "par-1": 2, "par-2": 0 },
      })),
    })),
    /warm-standby/,
  ],
  [
    "PLAN-012",
    "a firewall of an unknown offer",
    withPlatform({
      firewalls: { segmentation: { ...small.platform.firewalls.segmentation, offer: "EM-Z999-NVME" } },
    }),
    /half its network card/,
  ],
  [
    "PLAN-014",
    "a clients' pool that is too small",
    {
      ...small,
      platform: access,
      accessGroups: [
        { name: "staff", why: "They work here", owner: "town", people: 300, applications: ["payroll"] },
      ],
    },
    /power of two/,
  ],
];

const injected = withApplication("payroll", (application) => ({
  ...application,
  services: application.services.map((service) => ({ ...service, health: "/\nARCHIPEL_EOF\nreboot" })),
}));

describe("refused", () => {
  for (const [code, what, estate, because] of refused) {
    it(`${code}: ${what}`, () => {
      const result = makePlan(estate);
      const problems = result.ok ? [] : result.problems;
      expect(problems.map((problem) => problem.code)).toContain(code);
      const text = renderPlanProblems(problems.filter((problem) => problem.code === code));
      expect(text).toContain(planCodes[code]);
      expect(text).toMatch(because);
      expect(text).toMatch(/\n {2}→ /);
    });
  }

  it("PLAN-015: text that would end its file early and run as a command", () => {
    const result = makePlan(injected);
    expect(result.ok ? [] : result.problems.map(({ code }) => code)).toEqual(["PLAN-015", "PLAN-015"]);
  });

  it("PLAN-013: allocations that two branches made side by side", () => {
    const { memory } = planned(small);
    const { networks, pairs, addresses } = memory;
    const cidr = networks.portal?.cidr ?? "";
    const broken: PlanMemory = {
      ...memory,
      networks: { ...networks, counter: { cidr, vpc: "vpc-1" } },
      pairs: { ...pairs, "firewall-other-1": { vrid: 1, generation: 1, rules: "" } },
      addresses: { ...addresses, "counter.virtual": addresses["portal.virtual"] ?? "" },
    };
    const result = makePlan(small, broken);
    expect(result.ok ? [] : result.problems.map(({ code, where }) => `${code} ${where}`)).toEqual([
      "PLAN-013 allocations.yaml addresses.portal.virtual, counter.virtual",
      "PLAN-013 allocations.yaml networks.portal, networks.counter",
      "PLAN-013 allocations.yaml pairs.firewall-internal-1, firewall-other-1",
    ]);
  });

  it("covers every code", () => {
    const covered = new Set([...refused.map(([code]) => code), "PLAN-013", "PLAN-015"]);
    expect([...covered].sort()).toEqual(Object.keys(planCodes).sort());
  });

  it("tells all problems at once, sorted", () => {
    const result = makePlan(withOrganisation({ growth: 20, quotas: { privateNetworksPerBareMetal: 20 } }));
    const codes = result.ok ? [] : result.problems.map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(["PLAN-002", "PLAN-003"]));
    expect(codes).toEqual([...codes].sort());
  });
});

describe("allocations.yaml", () => {
  it("is refused with what is wrong with it", () => {
    expect(parseMemory("networks: [")).toMatchObject({ ok: false });
    expect(
      parseMemory("networks: {}\npairs: {}\npools: {}\naddresses: { portal.x: 10.0.0 }\n"),
    ).toMatchObject({
      ok: false,
      message: expect.stringContaining("addresses.portal.x"),
    });
    expect(parseMemory("networks: {}\npairs: {}\npools: {}\naddresses: {}\n")).toEqual({
      ok: true,
      memory: emptyMemory,
    });
  });

  it("keeps the place of what is gone, and gives it to nobody else", () => {
    const before = planned(small);
    const without = withApplication("portal", (application) => ({
      ...application,
      networks: [{ name: "counter", prefixLength: 26 }],
      workloads: [],
      services: [],
      flows: [],
    }));
    const lean = { ...without, platform: { ...without.platform, edgeServices: [] } };
    const after = planned(lean, before.memory);
    const cidrOf = (plan: typeof before.plan, key: string) =>
      plan.foundation.privateNetworks.find((network) => network.key === key)?.cidr;
    expect(after.memory.networks.portal?.cidr).toBe(cidrOf(before.plan, "portal"));
    expect(cidrOf(after.plan, "counter")).not.toBe(cidrOf(before.plan, "portal"));
    expect(cidrOf(planned(small, after.memory).plan, "portal")).toBe(cidrOf(before.plan, "portal"));
  });

  it("counts how often a pair's rules changed, so that a member knows whether it is behind", () => {
    const before = planned(small);
    expect(before.memory.pairs["firewall-internal-1"]?.generation).toBe(1);
    expect(planned(small, before.memory).memory.pairs["firewall-internal-1"]?.generation).toBe(1);
    const opened = withApplication("agenda", (application) => ({
      ...application,
      flows: [
        {
          from: "agenda",
          to: "payroll",
          protocol: "tcp",
          ports: ["443"],
          why: "one asks the other",
          owner: "town",
        },
      ],
    }));
    const after = planned(opened, before.memory);
    expect(after.memory.pairs["firewall-internal-1"]?.generation).toBe(2);
  });
});
