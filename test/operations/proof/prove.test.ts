/** What `archipel prove` answers: its text, and what may be taken for lost. */
import { describe, expect, it } from "vitest";
import type { Estate } from "../../../model/estate/index.ts";
import type { Network, Node } from "../../../model/proof/network.ts";
import { lossOf, nodesLost } from "../../../operations/proof/losses.ts";
import type { ProofReport } from "../../../operations/proof/report.ts";
import { proofText } from "../../../operations/proof/text.ts";

const report: ProofReport = {
  estate: "small",
  source: "states",
  lost: [],
  pairs: 1234,
  violations: [],
  undetermined: [],
  held: true,
  requiredFlowsPassed: 41,
  requiredFlowsFailed: [],
  seconds: { stacks: 3, read: 0.4, matrix: 1.1 },
};
const violation: ProofReport["violations"][number] = {
  from: "payroll",
  to: "agenda",
  family: 4,
  services: ["tcp/22"],
  packet: "10.0.1.5:40000 → 10.0.2.5:22 tcp",
  hops: ["payroll-app-par-1-1", "firewall-internal-1-par-1", "agenda-vm-par-1-1"],
  rule: "archipel/forward rule 7 of firewall-internal-1-par-1",
};
const fact = (name: string) => ({
  of: `urn:pulumi:small.par-1::archipel::scaleway:elasticmetal/server:Server::${name}`,
  property: "inputs.cloudInit",
  why: "unknown",
});

describe("a proof", () => {
  it("that holds is said on two lines", () => {
    expect(proofText(report)).toBe(
      "small, as deployed: HOLDS\n  1,234 pairs decided in 1.5 s, IPv4 and IPv6; 41 declared flows tried and found to pass",
    );
  });

  it.each([
    ["a violation", { violations: [violation] }, "DOES NOT HOLD"],
    ["something undetermined", { undetermined: [fact("one")] }, "UNDETERMINED"],
    [
      "a flow that fails",
      { requiredFlowsFailed: [{ flow: "a → b tcp/1", from: "a-1", to: "b-1", ending: "denied at b-1" }] },
      "DOES NOT HOLD",
    ],
  ])("does not hold with %s", (_, part, verdict) => {
    const found = { ...report, held: false, ...part };
    expect(proofText(found).split("\n")[0]).toBe(`small, as deployed: ${verdict}`);
  });

  it("shows the packet of a violation, its way and the rule", () => {
    expect(
      proofText({ ...report, violations: [violation] })
        .split("\n")
        .slice(3),
    ).toEqual([
      "  1 open, and declared by nobody",
      "    payroll → agenda: 10.0.1.5:40000 → 10.0.2.5:22 tcp (open: tcp/22)",
      "      by payroll-app-par-1-1 → firewall-internal-1-par-1 → agenda-vm-par-1-1",
      "      let through by archipel/forward rule 7 of firewall-internal-1-par-1",
    ]);
  });

  it("stays on a screen, whatever it finds", () => {
    const violations = Array.from({ length: 400 }, () => violation);
    const undetermined = Array.from({ length: 400 }, (_, number) => fact(`server-${number}`));
    const lines = proofText({ ...report, violations, undetermined }).split("\n");
    expect(lines.length).toBeLessThan(40);
    expect(lines).toContain("    and 392 more: --json has all of them");
    expect(lines.at(-1)).toBe("    inputs.cloudInit: unknown (server-0 and 399 more)");
  });

  it("says what was taken for lost", () => {
    expect(proofText({ ...report, lost: ["par-1"], source: "preview" }).split("\n")[0]).toBe(
      "small, as the next update would leave it, without par-1: HOLDS",
    );
  });
});

describe("a loss", () => {
  const node = (key: string, zone: string, role: string) =>
    ({ key, zone, role, carriedBy: [] }) as unknown as Node;
  const network: Network = {
    vpcs: [],
    privateNetworks: [],
    nodes: [
      node("firewall-core-1-par-1", "fr-par-1", "firewall"),
      node("web-par-1-1", "fr-par-1", "fleet"),
      node("web-par-2-1", "fr-par-2", "fleet"),
    ],
    undetermined: [],
  };
  const zones: Estate["organisation"]["zones"] = { "par-1": "fr-par-1", "par-2": "fr-par-2" };

  it("of a zone is all that is in it; of a firewall, that member, with or without its first word", () => {
    expect(nodesLost(network, lossOf("par-1"), zones)).toEqual(["firewall-core-1-par-1", "web-par-1-1"]);
    for (const name of ["core-1-par-1", "firewall-core-1-par-1"])
      expect(nodesLost(network, lossOf(`firewall:${name}`), zones)).toEqual(["firewall-core-1-par-1"]);
  });

  it("of something else is the reader's mistake", () => {
    for (const text of ["par-3", "firewall:", "web"])
      expect(() => lossOf(text)).toThrowError(expect.objectContaining({ code: "loss-unknown", exitCode: 2 }));
    expect(() => nodesLost(network, lossOf("firewall:web-par-1-1"), zones)).toThrowError(/no firewall/);
  });
});
