/** What an update replaces, reinstalls and reboots, from steps as the engine's preview writes them; and how a merge request is told. */
import { describe, expect, it } from "vitest";
import type { DiffReport, ReportedChange } from "../../../operations/proof/diff.ts";
import { diffText } from "../../../operations/proof/diff.ts";
import type { Disruption } from "../../../operations/proof/disruptions.ts";
import { disruptionsOf, inOrder } from "../../../operations/proof/disruptions.ts";
import { diffMarkdown } from "../../../operations/proof/markdown.ts";

const instance = "scaleway:instance/server:Server";
const bareMetal = "scaleway:elasticmetal/server:Server";

function step(
  op: string,
  type: string,
  name: string,
  changed: readonly string[],
  inputs: Readonly<Record<string, unknown>> = {},
): unknown {
  const detailedDiff = Object.fromEntries(
    changed.map((path) => [path, { kind: "update", inputDiff: false }]),
  );
  const urn = `urn:pulumi:small.par-1::archipel::${type}::${name}`;
  return { op, urn, newState: { urn, type, inputs }, detailedDiff, diffReasons: changed };
}

function told(...steps: readonly unknown[]): readonly string[] {
  return inOrder(disruptionsOf({ steps })).map(
    ({ kind, resource, type, because }) => `${resource} (${type}) ${kind}: ${because.join(", ")}`,
  );
}

describe("what an update disrupts", () => {
  it("is an Instance that changes its type or state, and a bare-metal server that gets another system", () => {
    expect(
      told(
        step("update", instance, "portal-web-par-1-1", ["type", "tags[0]"]),
        step("update", instance, "bastion-par-1", ["state"]),
        step("update", bareMetal, "town-par-1-1", ["os"]),
      ),
    ).toEqual([
      "bastion-par-1 (instance/server) rebooted: state",
      "portal-web-par-1-1 (instance/server) rebooted: type",
      "town-par-1-1 (elasticmetal/server) reinstalled: os",
    ]);
  });

  it("is nothing of what is done in place", () => {
    expect(
      told(
        step("update", instance, "portal-web-par-1-1", ["tags[0]", "cloudInit", "securityGroupId"]),
        step("update", bareMetal, "town-par-1-1", ["cloudInit", "privateNetworks[2].id", "sshKeyIds[0]"]),
        step("update", "command:remote:Command", "town-par-1-1-host-configure", ["stdin"]),
        step("create", instance, "new", ["type"]),
        step("same", instance, "portal-web-par-2-1", []),
      ),
    ).toEqual([]);
    expect(disruptionsOf({})).toEqual([]);
  });

  it("is a reinstallation where the server says that its keys ask for one", () => {
    const inputs = { reinstallOnConfigChanges: true };
    expect(told(step("update", bareMetal, "town-par-1-1", ["sshKeyIds[0]"], inputs))).toEqual([
      "town-par-1-1 (elasticmetal/server) reinstalled: sshKeyIds",
    ]);
  });

  it("is each replacement once, of its several steps, machines first", () => {
    const steps = (type: string, name: string) =>
      ["delete-replaced", "replace", "create-replacement"].map((op) =>
        step(op, type, name, ["offer", "__meta"]),
      );
    expect(
      told(...steps("scaleway:loadbalancers/ip:Ip", "address"), ...steps(bareMetal, "payroll-db-par-1-1")),
    ).toEqual([
      "payroll-db-par-1-1 (elasticmetal/server) replaced: offer",
      "address (loadbalancers/ip) replaced: offer",
    ]);
  });
});

describe("a merge request", () => {
  const change = (kind: ReportedChange["kind"], index: number): ReportedChange => ({
    kind,
    from: `from-${index}`,
    to: "x".repeat(500),
    family: 4,
    services: Array.from({ length: 40 }, (_, port) => `tcp/${port}`),
    packet: "10.0.1.1:40000 → 10.0.2.1:22 tcp",
    hops: [],
    approvedBy: [],
    unapproved: kind === "opened" ? ["tcp/22"] : [],
  });
  const report = (changes: number, disruptions: readonly Disruption[] | undefined): DiffReport => ({
    estate: "small",
    from: "states",
    to: "preview",
    held: changes === 0,
    changes: (["opened", "widened", "narrowed", "closed"] as const).flatMap((kind) =>
      Array.from({ length: changes }, (_, index) => change(kind, index)),
    ),
    undetermined: Array.from({ length: changes }, (_, index) => ({
      of: `urn:pulumi:a::b::c::${index}`,
      property: "inputs",
      why: "unknown ".repeat(500),
    })),
    ...(disruptions === undefined ? {} : { disruptions }),
    seconds: { stacks: 0, read: 0, difference: 0 },
  });
  const disruption = (kind: Disruption["kind"], index: number): Disruption => ({
    kind,
    resource: `server-${index}`,
    type: "instance/server",
    because: kind === "rebooted" ? ["type"] : [],
  });
  const many = (["replaced", "reinstalled", "rebooted"] as const).flatMap((kind) =>
    Array.from({ length: 300 }, (_, index) => disruption(kind, index)),
  );

  it("is told all four in a screenful, however much changes", () => {
    const markdown = diffMarkdown(report(300, many));
    for (const part of [
      "#### Opens",
      "#### Closes",
      "**Replaces 300:** ",
      "**Reinstalls, with new disks, 300:** ",
    ])
      expect(markdown).toContain(part);
    expect(markdown).toContain("**Reboots 300:** server-0 (instance/server: type)");
    expect(markdown).toContain("and 294 more");
    expect(markdown.split("\n").length).toBeLessThan(50);
    // The least that a service takes is GitHub's 65,536 characters.
    expect(markdown.length).toBeLessThan(20_000);
  });

  it("is told that nothing is disrupted, or that nobody asked", () => {
    expect(diffMarkdown(report(0, []))).toContain("Replaces, reinstalls and reboots nothing.");
    expect(diffMarkdown(report(0, []))).toContain(": nothing changes");
    expect(diffMarkdown(report(0, undefined))).toContain("told by a preview alone");
  });

  it("is not told that nothing changes when a server is replaced, flows or not", () => {
    const replacing = report(0, [disruption("replaced", 1)]);
    expect(diffMarkdown(replacing)).toContain(": approved");
    expect(diffText(replacing)).toMatch(/APPROVED\n/);
    expect(diffText(replacing)).toContain("1 resource replaced, reinstalled or rebooted\n    server-1");
    expect(diffText(report(0, many)).split("\n").length).toBeLessThan(15);
  });
});
