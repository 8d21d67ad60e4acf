/** Findings of a proof beside the text of the estate: each has a place that a code-review tool can show, and the right one. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Network } from "../../../model/proof/network.ts";
import { fromState, joined, readNetwork } from "../../../model/proof/read/index.ts";
import { locationsOf } from "../../../operations/proof/locations.ts";
import { proveNetwork } from "../../../operations/proof/prove.ts";
import type { ProofReport } from "../../../operations/proof/report.ts";
import { sarifOf } from "../../../operations/proof/sarif.ts";
import { estateResources, statesOf } from "../../helpers/estate-resources.ts";

const root = join(import.meta.dirname, "../../..");
const folder = "test/estates/small";

interface Result {
  readonly ruleId: string;
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string };
      readonly region: { readonly startLine: number };
    };
    readonly logicalLocations: readonly { readonly fullyQualifiedName: string }[];
  }[];
  readonly partialFingerprints: { readonly primaryLocationLineHash: string };
}

function resultsOf(report: ProofReport): readonly Result[] {
  const sarif = sarifOf(report, locationsOf(folder)) as { readonly runs: [{ readonly results: Result[] }] };
  return sarif.runs[0].results;
}

/** `file: the text of the line`, as a reader sees it. */
function shown({ locations: [location] }: Result): string {
  const { artifactLocation, region } = location?.physicalLocation ?? {};
  const uri = artifactLocation?.uri ?? "none";
  const line = readFileSync(join(root, uri), "utf8").split("\n")[(region?.startLine ?? 0) - 1];
  return `${uri.slice(folder.length + 1)}: ${line?.trim()}`;
}

describe("locations of findings", () => {
  let network: Network;
  let prove: (network: Network) => ProofReport;
  beforeAll(async () => {
    const laidOut = await estateResources(folder);
    const { estate, declared } = laidOut;
    network = readNetwork(joined(statesOf(laidOut).map(fromState)));
    prove = (asked) =>
      proveNetwork(
        { estate, declared, network: asked, source: "states", seconds: { stacks: 0, read: 0 } },
        undefined,
      );
  }, 60_000);

  const unfiltered = (): ProofReport =>
    prove({ ...network, nodes: network.nodes.map((node) => ({ ...node, rulesets: [] })) });
  const withoutFirewalls = (): ProofReport =>
    prove({ ...network, nodes: network.nodes.filter(({ role }) => role !== "firewall") });

  it("are in files of the repository, by relative paths, at lines that exist", () => {
    for (const report of [unfiltered(), withoutFirewalls()]) {
      const results = resultsOf(report);
      expect(results.length).toBeGreaterThan(20);
      for (const result of results) {
        const [location] = result.locations;
        expect(location?.physicalLocation.artifactLocation.uri).toMatch(
          /^test\/estates\/small\/[a-z/-]+\.yaml$/,
        );
        expect(shown(result)).not.toMatch(/: (undefined)?$/);
        expect(location?.logicalLocations[0]?.fullyQualifiedName).not.toBe("");
      }
    }
  });

  it("of an undeclared flow are where it comes from, since that is where it would be declared", () => {
    const places = new Map(
      resultsOf(unfiltered()).map((result) => [
        result.locations[0]?.logicalLocations[0]?.fullyQualifiedName.split(",", 1)[0],
        shown(result),
      ]),
    );
    const [from] = [...places].filter(([of]) => of?.startsWith("agenda → payroll"));
    expect(from?.[1]).toBe("applications/agenda.yaml: - name: agenda");
    const inwards = [...places].find(([of]) => of?.startsWith("internet → hypervisors"));
    expect(inwards?.[1]).toBe("hypervisors/town.yaml: network: hypervisors");
    const admin = [...places].find(([of]) => of?.startsWith("admin → agenda"));
    expect(admin?.[1]).toMatch(/^platform\.yaml: bastion:/);
  });

  it("of a declared flow that fails are at its declaration: a flow, a service, a baseline flow", () => {
    const all = resultsOf(withoutFirewalls()).filter(({ ruleId }) => ruleId === "declared-flow-fails");
    const at = (flow: string): readonly string[] => [
      ...new Set(
        all
          .filter(({ locations: [location] }) =>
            location?.logicalLocations[0]?.fullyQualifiedName.startsWith(`${flow},`),
          )
          .map(shown),
      ),
    ];
    const one = (start: string) => [expect.stringContaining(start)];
    expect(at("portal → payroll tcp/5432")).toEqual(
      one("applications/portal.yaml: - { to: payroll, ports: [5432]"),
    );
    expect(at("ingress → portal tcp/8443")).toEqual(
      one("applications/portal.yaml: - { name: portal, workload: portal-web, port: 8443"),
    );
    expect(at("payroll → egress tcp/3128")).toEqual(one("defaults.yaml: - { to: egress"));
    expect(at("admin → payroll tcp/22")).toEqual(one("platform.yaml: bastion:"));
  });

  it("of something unknown are at what its resource is made for, else at the estate", () => {
    const unknown = (of: string) => ({ of, property: "inputs.stdin", why: "unknown" });
    const urn = "urn:pulumi:small.par-1::archipel::command:remote:Command::";
    const undetermined = ["payroll-db-par-1-1", "firewall-internal-1-par-1-configure", "of-nobody"];
    const report = {
      ...unfiltered(),
      violations: [],
      undetermined: undetermined.map((name) => unknown(urn + name)),
    };
    expect(resultsOf(report).map(shown)).toEqual([
      expect.stringContaining("applications/payroll.yaml: - { name: payroll-db"),
      "platform.yaml: firewalls:",
      expect.stringContaining("organisation.yaml: "),
    ]);
  });

  it("have fingerprints that tell findings apart and stay when lines move or another packet shows the same", () => {
    for (const report of [unfiltered(), withoutFirewalls()]) {
      const fingerprints = resultsOf(report).map((each) => each.partialFingerprints.primaryLocationLineHash);
      expect(new Set(fingerprints).size).toBe(fingerprints.length);
      const later = {
        ...report,
        violations: report.violations.map((each) => ({ ...each, packet: "another" })),
      };
      expect(resultsOf(later).map((each) => each.partialFingerprints.primaryLocationLineHash)).toEqual(
        fingerprints,
      );
    }
  });

  it("are relative to the repository that the estate lies in, which may be the estate itself or none", () => {
    const alone = mkdtempSync(join(tmpdir(), "archipel-estate-"));
    try {
      const estate = join(alone, "estates", "a town");
      cpSync(join(root, folder), estate, { recursive: true });
      expect(locationsOf(estate).of("agenda").file).toBe("applications/agenda.yaml");
      mkdirSync(join(alone, ".git"));
      expect(locationsOf(estate).of("agenda").file).toBe("estates/a town/applications/agenda.yaml");
      mkdirSync(join(estate, ".git"));
      expect(locationsOf(estate).of("agenda").file).toBe("applications/agenda.yaml");
    } finally {
      rmSync(alone, { recursive: true });
    }
  });
});
