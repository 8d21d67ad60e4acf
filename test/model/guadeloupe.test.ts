/** The reference estate at full size: the figures of the regional council, counted by hand and not by the planner. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bareMetalOffers } from "../../model/estate/catalogue.ts";
import type { Estate, Workload } from "../../model/estate/index.ts";
import { parseEstate, renderText, zoneKeys } from "../../model/estate/index.ts";

const root = join(import.meta.dirname, "../../estates/guadeloupe");
const texts = new Map(
  (readdirSync(root, { recursive: true }) as string[])
    .filter((path) => path.endsWith(".yaml") && path !== "allocations.yaml")
    .map((path) => [path.replaceAll("\\", "/"), readFileSync(join(root, path), "utf8")]),
);

/** A day within every contract: the test must not fail because time passes. */
const parsed = parseEstate(texts, "2026-11-22");
if (!parsed.ok) throw new Error(renderText(parsed.problems));
const estate: Estate = parsed.estate;
const { applications, hypervisors, organisation, platform } = estate;

type Kind = Workload["kind"];
const workloads = applications.flatMap((application) =>
  application.workloads.map((workload) => ({ application, workload })),
);
const guests = workloads.flatMap(({ application, workload }) =>
  workload.kind === "guest" ? [{ application, workload }] : [],
);

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const bothZones = (count: Readonly<Record<(typeof zoneKeys)[number], number>>) =>
  sum(zoneKeys.map((zone) => count[zone]));
const members = (kind: Kind) =>
  sum(
    workloads
      .filter(({ workload }) => workload.kind === kind)
      .map(({ workload }) => bothZones(workload.count)),
  );

const servedNetworks = [
  ...applications.flatMap(({ networks, trustClass }) => networks.map(({ name }) => ({ name, trustClass }))),
  ...hypervisors.map(({ network, trustClass }) => ({ name: network, trustClass })),
];
const networksOf = (trustClass: string) =>
  servedNetworks.filter((network) => network.trustClass === trustClass).length;

/** Pairs between applications, from the legs alone: ⌈networks / (legs − reserved)⌉ for each trust class. */
const legs = organisation.quotas.privateNetworksPerBareMetal as number;
const segmentationPairs = sum(
  organisation.trustClasses.map((trustClass) =>
    Math.ceil(networksOf(trustClass) / (legs - platform.firewalls.segmentation.reservedLegs)),
  ),
);
const edgeAndAccessMembers = 4;

/** Servers that the platform adds to each zone, and the witness. */
const platformInstances =
  zoneKeys.length * (1 + (platform.proxies?.count ?? 0) + (platform.egress?.count ?? 0)) +
  1 +
  edgeAndAccessMembers;

describe("guadeloupe", () => {
  it("has no warning", () => {
    expect(parsed.warnings).toEqual([]);
  });

  it("has the council's figures", () => {
    const hypervisorServers = sum(hypervisors.map(({ count }) => bothZones(count)));
    expect({
      bareMetal: members("bare-metal") + hypervisorServers + segmentationPairs * zoneKeys.length,
      instances: members("instance") + platformInstances,
      privateNetworks: servedNetworks.length + ["transit", "admin", "ingress", "egress", "vpn"].length,
      services: sum(applications.map(({ services }) => services.length)),
      vendorApplications: guests.filter(({ workload }) => workload.vendor !== undefined).length,
      firewalls: segmentationPairs * zoneKeys.length + edgeAndAccessMembers,
      applications: applications.length,
    }).toEqual({
      bareMetal: 83,
      instances: 90,
      privateNetworks: 123,
      services: 150,
      vendorApplications: 15,
      firewalls: 20,
      applications: 108,
    });
  });

  it("spreads its networks over four trust classes", () => {
    expect(
      Object.fromEntries(organisation.trustClasses.map((trustClass) => [trustClass, networksOf(trustClass)])),
    ).toEqual({ core: 12, published: 30, internal: 66, vendors: 10 });
  });

  it("would need more firewalls with the eight legs that everybody gets", () => {
    const pairs = sum(
      organisation.trustClasses.map((trustClass) =>
        Math.ceil(networksOf(trustClass) / (8 - platform.firewalls.segmentation.reservedLegs)),
      ),
    );
    expect(pairs * zoneKeys.length + edgeAndAccessMembers).toBe(44);
  });

  it("names each network and each file after what it is", () => {
    for (const { application } of applications)
      expect(texts.has(`applications/${application}.yaml`), application).toBe(true);
    for (const [path, text] of texts)
      expect(text.split("\n")[0], path).toMatch(
        /^# yaml-language-server: \$schema=(\.\.\/)+schema\/\w+\.schema\.json$/,
      );
  });

  it("puts members on every network, in both zones", () => {
    const empty = servedNetworks.filter(({ name }) =>
      zoneKeys.some(
        (zone) =>
          !workloads.some(({ workload }) => workload.network === name && workload.count[zone] > 0) &&
          !hypervisors.some(({ network, count }) => network === name && count[zone] > 0),
      ),
    );
    expect(empty).toEqual([]);
  });

  it.each(hypervisors)(
    "keeps $hypervisors within its legs and its memory",
    ({ hypervisors: name, offer }) => {
      const carried = guests.filter(({ workload }) => workload.hypervisors === name);
      const guestNetworks = new Set(carried.map(({ workload }) => workload.network));
      expect(1 + guestNetworks.size).toBeLessThanOrEqual(legs);
      for (const zone of zoneKeys) {
        // One server a zone carries them all; the rest is for the hypervisor and for moving a guest.
        const memory = sum(carried.map(({ workload }) => workload.memoryGiB * workload.count[zone]));
        expect(memory, zone).toBeLessThanOrEqual((bareMetalOffers.get(offer)?.memoryGiB ?? 0) - 16);
      }
    },
  );

  it.each(zoneKeys)("carries its peak, times its growth, on %s alone", (zone) => {
    const short = applications
      .map(({ application, peak, workloads: own }) => ({
        application,
        needed: peak * organisation.growth,
        left: sum(own.map(({ sustains, count }) => sustains * count[zone])),
      }))
      .filter(({ needed, left }) => left < needed);
    expect(short).toEqual([]);
    const proxied = (platform.proxies?.count ?? 0) * (platform.proxies?.sustains ?? 0);
    expect(proxied).toBeGreaterThanOrEqual(organisation.peakUsers * organisation.growth);
  });

  it("counts its public peaks within the organisation's", () => {
    const published = applications.filter(({ services }) =>
      services.some(({ exposure }) => exposure === "public"),
    );
    expect(sum(published.map(({ peak }) => peak))).toBeLessThanOrEqual(organisation.peakUsers);
  });

  it("publishes from one trust class only", () => {
    const elsewhere = applications
      .filter(({ trustClass }) => trustClass !== "published")
      .filter(({ services }) => services.some(({ exposure }) => exposure === "public"))
      .map(({ application }) => application);
    expect(elsewhere).toEqual([]);
  });

  it("keeps vendors' applications away from all but what each needs", () => {
    const flows = applications
      .filter(({ trustClass }) => trustClass === "vendors")
      .flatMap(({ application, flows: own }) => own.map(({ to }) => `${application} to ${to}`));
    expect(flows).toEqual([
      "archives to backup",
      "archives to certificates",
      "badges to backup",
      "badges to directory",
      "building-management to backup",
      "canteen-tills to backup",
      "canteen-tills to badges",
      "debt to backup",
      "debt to finance-ledger",
      "print to backup",
      "print to directory",
      "telephony to backup",
      "telephony to directory",
      "telephony to mail-server",
      "time-management to backup",
      "time-management to badges",
      "vehicles to backup",
    ]);
  });

  it("opens vendors' consoles to filmed maintenance only, until a day", () => {
    const vendors = new Set(
      guests.filter(({ workload }) => workload.vendor !== undefined).map(({ workload }) => workload.network),
    );
    const maintained = applications
      .find(({ application }) => application === "vendor-access")
      ?.flows.filter(({ to }) => vendors.has(to));
    expect(maintained?.map(({ to }) => to)).toEqual([...vendors].sort());
    expect(maintained?.filter(({ expires }) => expires === undefined)).toEqual([]);
  });

  it("gives every flow a reason of its own", () => {
    const reasons = [
      ...estate.defaults.flows.map(({ why }) => why),
      ...applications.flatMap(({ flows }) => flows.map(({ why }) => why)),
    ];
    expect(reasons.length).toBeGreaterThan(150);
    expect(reasons.length).toBe(new Set(reasons).size);
  });

  it("holds the lease of every writer that may lose nothing", () => {
    const without = applications.flatMap(({ application, data, flows, workloads: own }) =>
      data
        .filter(
          ({ kind, rpoSeconds, workload }) => kind !== "bucket" && rpoSeconds === 0 && workload !== undefined,
        )
        .filter(({ workload }) => {
          const network = own.find(({ name }) => name === workload)?.network;
          return (
            network !== "quorum" &&
            !flows.some(({ from, to }) => to === "quorum" && (from === network || from === workload))
          );
        })
        .map(({ name }) => `${application}: ${name}`),
    );
    expect(without).toEqual([]);
  });

  it("can reach its backups wherever data names a level", () => {
    const without = applications.flatMap(({ application, data, flows, workloads: own }) =>
      data
        .filter(({ backup, workload }) => backup !== undefined && workload !== undefined)
        .filter(({ workload }) => {
          const network = own.find(({ name }) => name === workload)?.network;
          return !flows.some(({ from, to }) => to === "backup" && (from === network || from === workload));
        })
        .map(({ name }) => `${application}: ${name}`),
    );
    expect(without).toEqual([]);
  });

  it("erases pictures after a month and deposited documents after two years", () => {
    const retention = (wanted: string) =>
      applications.flatMap(({ data }) => data).find(({ name }) => name === wanted)?.retentionDays;
    expect(retention("camera-pictures")).toBe(30);
    expect(retention("supporting-documents")).toBe(730);
  });
});
