/** Small random estates for property tests: every part that the planner knows comes and goes. */
import * as fc from "fast-check";
import type { Application, Estate, Flow, Service, Workload } from "../../../model/estate/index.ts";
import type { Plan } from "../../../model/plan/plan.ts";
import { planned } from "./estates.ts";

const classes = ["core", "internal"] as const;

interface Sketch {
  readonly networks: number;
  readonly trustClass: number;
  readonly kinds: readonly ("bare-metal" | "instance" | "guest")[];
  readonly exposures: readonly Service["exposure"][];
  readonly counts: readonly number[];
  readonly targets: readonly number[];
  readonly people: number;
}

const sketch: fc.Arbitrary<Sketch> = fc.record({
  networks: fc.integer({ min: 1, max: 3 }),
  trustClass: fc.integer({ min: 0, max: 1 }),
  kinds: fc.array(fc.constantFrom("bare-metal" as const, "instance" as const, "guest" as const), {
    minLength: 1,
    maxLength: 3,
  }),
  exposures: fc.array(
    fc.constantFrom("public" as const, "vpn" as const, "internal" as const, "none" as const),
    { maxLength: 3 },
  ),
  counts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 3 }),
  targets: fc.array(fc.nat({ max: 30 }), { maxLength: 4 }),
  people: fc.integer({ min: 1, max: 60 }),
});

export interface EstateShape {
  readonly legs: number;
  readonly forwardedGbps: number;
  readonly edge: "pair" | "segmentation";
  readonly applications: readonly { readonly name: string; readonly sketch: Sketch }[];
}

const names = [
  "agenda",
  "badges",
  "canteen",
  "directory",
  "elections",
  "finance",
  "grants",
  "heritage",
  "identity-papers",
];

/** At least two applications, so that one may be taken away. */
export const estateShapes: fc.Arbitrary<EstateShape> = fc.record({
  legs: fc.integer({ min: 5, max: 9 }),
  forwardedGbps: fc.constantFrom(0.001, 0.005),
  edge: fc.constantFrom("pair" as const, "segmentation" as const),
  applications: fc
    .tuple(
      fc.shuffledSubarray(names, { minLength: 2, maxLength: 5 }),
      fc.array(sketch, { minLength: 5, maxLength: 5 }),
    )
    .map(([chosen, sketches]) =>
      [...chosen].sort().map((name, index) => ({ name, sketch: sketches[index] as Sketch })),
    ),
});

/** The estate of a shape, as the parser gives one: sorted, defaults applied. */
export function estateOf(shape: EstateShape): Estate {
  const trustOf = ({ trustClass }: Sketch): string => classes[trustClass] as string;
  const networks = shape.applications.flatMap(({ name, sketch: { networks: count } }) =>
    networkNames(name, count),
  );
  const applications = shape.applications.map(({ name, sketch: drawn }) =>
    applicationOf(name, drawn, trustOf(drawn), networks),
  );
  const used = [...new Set(applications.map(({ trustClass }) => trustClass))];
  return {
    organisation: {
      organisation: "random",
      title: "A random town",
      description: "Made by a property test",
      region: "fr-par",
      zones: { "par-1": "fr-par-1", "par-2": "fr-par-2" },
      witnessZone: "fr-par-3",
      activeZone: "par-1",
      domain: "random.example",
      addressSpace: "10.64.0.0/16",
      clientPools: { "par-1": "10.80.0.0/22", "par-2": "10.80.4.0/22" },
      peakUsers: 10,
      growth: 1,
      trustClasses: [...new Set([...used, ...classes])],
      quotas: {
        privateNetworksPerBareMetal: shape.legs,
        "bareMetal/EM-A610R-NVME": 200,
        "bareMetal/EM-B220E-NVME": 200,
        "instances/PLAY2-NANO": 200,
        "instances/PRO2-XXS": 200,
      },
      assumptions: { arpMoves: "accepted", legsInTwoVpcs: "accepted" },
      duty: "duty-team",
    },
    defaults: {
      prefixLength: 26,
      os: "debian-12",
      rtoMinutes: { vital: 5, important: 30, standard: 240 },
      flows: [
        {
          to: "egress",
          protocol: "udp",
          ports: ["53"],
          why: "names are resolved inside",
          owner: "duty-team",
        },
      ],
    },
    platform: {
      firewalls: {
        segmentation: {
          offer: "EM-A610R-NVME",
          os: "debian-12",
          reservedLegs: 2,
          forwardedGbps: shape.forwardedGbps,
        },
        ...(shape.edge === "pair" ? { edge: { offer: "PRO2-XXS", os: "debian-12" } } : {}),
        access: { offer: "PRO2-XXS", os: "debian-12" },
      },
      bastion: { offer: "PLAY2-NANO", os: "debian-12", port: 2222 },
      proxies: { offer: "PLAY2-NANO", os: "debian-12", count: 3, sustains: 100 },
      loadBalancer: { type: "LB-S" },
      gateway: { type: "VPC-GW-S" },
      egress: { offer: "PLAY2-NANO", os: "debian-12", count: 1, services: ["ntp", "resolver"] },
      witness: { offer: "PRO2-XXS", os: "debian-12", network: networks[0] ?? "" },
      administrators: [],
      edgeServices: [],
    },
    applications,
    hypervisors: used.sort().map((trustClass) => ({
      hypervisors: `hosts-${trustClass}`,
      why: "Carries what vendors install",
      trustClass,
      network: `hypervisors-${trustClass}`,
      offer: "EM-B220E-NVME",
      os: "debian-12",
      count: { "par-1": 1, "par-2": 1 },
    })),
    accessGroups: shape.applications.map(({ name, sketch: { people } }) => ({
      name: `group-${name}`,
      why: "They work with it every day",
      owner: "duty-team",
      people,
      applications: [name],
    })),
    backupLevels: [],
    sites: [],
  };
}

function networkNames(name: string, count: number): string[] {
  return ["", "-data", "-batch"]
    .slice(0, count)
    .map((suffix) => `${name}${suffix}`)
    .sort();
}

function applicationOf(
  name: string,
  drawn: Sketch,
  trustClass: string,
  everyNetwork: readonly string[],
): Application {
  const networks = networkNames(name, drawn.networks);
  // A hypervisor has legs as few as five: guests of one network each leave it room.
  const workloads = drawn.kinds.map((kind, index): Workload => {
    const guest = kind === "guest" && name < "c";
    const common = {
      name: `${name}-work-${index}`,
      network: networks[index % networks.length] as string,
      count: { "par-1": drawn.counts[index] as number, "par-2": drawn.counts[index] as number },
      sustains: 100,
      os: "debian-12",
    };
    if (guest)
      return {
        ...common,
        kind,
        hypervisors: `hosts-${trustClass}`,
        memoryGiB: 4,
        network: networks[0] as string,
      };
    return kind === "bare-metal"
      ? { ...common, kind, offer: "EM-B220E-NVME" }
      : { ...common, kind: "instance", offer: "PLAY2-NANO" };
  });
  const services = drawn.exposures.map(
    (exposure, index): Service => ({
      name: `${name}-service-${index}`,
      workload: (workloads[index % workloads.length] as Workload).name,
      protocol: "tcp",
      port: 8000 + index,
      exposure,
      hostname: `${name}-service-${index}`,
      health: "/health",
    }),
  );
  const targets = drawn.targets.map((target) => everyNetwork[target % everyNetwork.length] as string);
  const flows = [...new Set(targets)]
    .filter((to) => !networks.includes(to))
    .sort()
    .map(
      (to): Flow => ({
        from: networks[0] as string,
        to,
        protocol: "tcp",
        ports: ["443"],
        why: "one asks the other",
        owner: "duty-team",
      }),
    );
  return {
    application: name,
    title: name,
    owner: "duty-team",
    trustClass,
    criticality: "standard",
    recovery: "active-active",
    rtoMinutes: 240,
    users: 10,
    peak: 10,
    networks: networks.map((network) => ({ name: network, prefixLength: 26 })),
    workloads,
    services,
    data: [],
    flows,
  };
}

/** The shape without one application; flows towards it go too, since their targets are drawn among what is there. */
export function without(estate: Estate, application: string): Estate {
  const gone = estate.applications.find((candidate) => candidate.application === application);
  const lost = new Set([
    ...(gone?.networks.map(({ name }) => name) ?? []),
    ...(gone?.workloads.map(({ name }) => name) ?? []),
  ]);
  const applications = estate.applications
    .filter((candidate) => candidate !== gone)
    .map((candidate) => ({ ...candidate, flows: candidate.flows.filter(({ to }) => !lost.has(to)) }));
  return {
    ...estate,
    applications,
    accessGroups: estate.accessGroups.filter((group) => !group.applications.includes(application)),
  };
}

/** A seed, so that a failure comes again. */
export const runs = { numRuns: 15, seed: 20_221_121 };

/** Checks plans of drawn estates. */
export function holds(check: (plan: Plan, estate: Estate) => void): void {
  fc.assert(
    fc.property(estateShapes, (shape) => {
      const estate = estateOf(shape);
      check(planned(estate).plan, estate);
    }),
    runs,
  );
}
