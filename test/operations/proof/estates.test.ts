/** Whole estates through the command's own way: documents to network to proof, as deployed and on an empty backend. */
import { beforeAll, describe, expect, it } from "vitest";
import { type Documents, fromPreview, fromState, joined } from "../../../model/proof/read/index.ts";
import { lossOf } from "../../../operations/proof/losses.ts";
import { proveDocuments } from "../../../operations/proof/prove.ts";
import {
  type EstateResources,
  estateResources,
  harbour,
  previewsOf,
  statesOf,
} from "../../helpers/estate-resources.ts";

describe("an estate with a hypervisor that bridges networks without guests of its own", () => {
  it.each(["states", "preview"] as const)("is proved from its %s", async (source) => {
    const laidOut = await estateResources(harbour.folder, harbour.changes);
    const documents =
      source === "states" ? statesOf(laidOut).map(fromState) : previewsOf(laidOut).map(fromPreview);
    const { estate, declared } = laidOut;
    const report = proveDocuments({
      estate,
      declared,
      source,
      documents: joined(documents),
      stacks: 0,
      loss: undefined,
    });
    expect(report).toMatchObject({ held: true, violations: [], undetermined: [], requiredFlowsFailed: [] });
    expect(report.requiredFlowsPassed).toBeGreaterThan(200);
  });
});

describe("the small estate", () => {
  let laidOut: EstateResources;
  const documents = (source: "states" | "preview"): Documents =>
    joined(source === "states" ? statesOf(laidOut).map(fromState) : previewsOf(laidOut).map(fromPreview));
  const proved = (source: "states" | "preview", loss?: string, of: Documents = documents(source)) =>
    proveDocuments({
      estate: laidOut.estate,
      declared: laidOut.declared,
      source,
      documents: of,
      stacks: 0,
      loss: loss === undefined ? undefined : lossOf(loss),
    });
  beforeAll(async () => {
    laidOut = await estateResources("test/estates/small");
  }, 60_000);

  it.each(["states", "preview"] as const)("is proved from its %s", (source) => {
    const report = proved(source);
    expect(report).toMatchObject({ held: true, violations: [], undetermined: [], requiredFlowsFailed: [] });
    expect(report.pairs).toBeGreaterThan(100);
    expect(report.requiredFlowsPassed).toBeGreaterThan(100);
  });

  it.each(["par-1", "par-2"])("is proved without %s", (zone) => {
    expect(proved("states", zone)).toMatchObject({ held: true, lost: [zone] });
  });

  it("is not proved when a rule is widened: the packet, its way and the rule are named", () => {
    const { resources, undetermined } = documents("states");
    const widened = resources.map((resource) => {
      const { stdin } = resource.inputs;
      if (!/^firewall-.*-configure$/.test(resource.name) || typeof stdin !== "string") return resource;
      const open = stdin.replace(/("hook":"forward","prio":0,"policy":)"drop"/, '$1"accept"');
      return { ...resource, inputs: { ...resource.inputs, stdin: open } };
    });
    const report = proved("states", undefined, { resources: widened, undetermined });
    expect(report.held).toBe(false);
    const [first] = report.violations;
    expect(first?.packet).toMatch(/^[0-9.:]+ → [0-9.:]+ /);
    expect(first?.hops.join(" ")).toContain("firewall-");
    expect(first?.rule).toContain("inet archipel forward, its policy");
  });

  it("is not proved when a host's rules are a secret", () => {
    const { resources, undetermined } = documents("states");
    const hidden = resources.map((resource) =>
      /^firewall-.*-configure$/.test(resource.name)
        ? { ...resource, inputs: { ...resource.inputs, stdin: "[secret]" }, outputs: {} }
        : resource,
    );
    const report = proved("states", undefined, { resources: hidden, undetermined });
    expect(report.held).toBe(false);
    expect(report.undetermined.filter(({ property }) => property === "inputs.stdin")).not.toEqual([]);
  });
});
