import { describe, expect, it } from "vitest";
import {
  type ContractSource,
  type FoundationContract,
  readContract,
  standIn,
} from "../../stacks/contracts.ts";
import { expectedEdge, expectedFoundation, expectedZone } from "../../stacks/expected.ts";
import { tinyPlan } from "./tiny-plan.ts";

const expected = expectedFoundation(tinyPlan, ["operator"]);
const source = (changes: Partial<ContractSource>): ContractSource => ({
  estate: "tiny",
  kind: "foundation",
  mode: "preview",
  provides: undefined,
  ...changes,
});
const read = (changes: Partial<ContractSource>) =>
  readContract<FoundationContract>(expected, source(changes));

describe("readContract", () => {
  it("stands in, in a preview, for a stack that was never deployed: the same at each run, no two alike", () => {
    const first = read({});
    expect(read({})).toEqual(first);
    const ids = [
      ...Object.values(first.privateNetworks),
      ...Object.values(first.reservations),
      ...Object.values(first.publicAddresses).flatMap(({ id, address }) => [id, address]),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("gives stand-ins the form of what they stand for", () => {
    const { privateNetworks, publicAddresses, sshKeys, dnsZone } = read({});
    const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}";
    expect(privateNetworks.payroll).toMatch(new RegExp(`^fr-par/${uuid}$`));
    expect(publicAddresses["bastion.par-2"]?.id).toMatch(new RegExp(`^fr-par-2/${uuid}$`));
    expect(publicAddresses["bastion.par-2"]?.address).toMatch(/^198\.1[89]\.\d{1,3}\.\d{1,3}$/);
    expect(sshKeys.operator).toMatch(new RegExp(`^${uuid}$`));
    expect(dnsZone).toBe("tiny.example");
  });

  it("derives a stand-in from stack, kind and key, so that others can", () => {
    expect(read({}).privateNetworks.payroll).toBe(
      `fr-par/${standIn("tiny.foundation", ["privateNetworks", "payroll"])}`,
    );
    // Fixed for ever: policy packs derive the same.
    expect(standIn("tiny.foundation", ["privateNetworks", "payroll"])).toBe(
      "b1c185c4-90e1-5e31-b5e0-39eb4e182127",
    );
  });

  it("takes what is there, and stands in for what a newer plan adds", () => {
    const { privateNetworks } = read({ provides: { privateNetworks: { payroll: "fr-par/real" } } });
    expect(privateNetworks.payroll).toBe("fr-par/real");
    expect(privateNetworks.admin).toBe(`fr-par/${standIn("tiny.foundation", ["privateNetworks", "admin"])}`);
  });

  it("refuses an update on a stack that is not deployed, and says which to deploy", () => {
    expect(() => read({ mode: "update" })).toThrow(
      /STACK-001.*tiny\.foundation[\s\S]*pulumi up -s tiny\.foundation/,
    );
  });

  it("refuses an update on an older deployment, and names what is missing", () => {
    const { payroll: _, ...others } = read({}).privateNetworks;
    const provides = { ...read({}), privateNetworks: others };
    expect(() => read({ mode: "update", provides })).toThrow(
      /STACK-002[\s\S]*missing: privateNetworks\/payroll\n/,
    );
  });

  it("accepts, in an update, a contract that holds all of it", () => {
    expect(read({ mode: "update", provides: read({}) })).toEqual(read({}));
  });
});

describe("expected contracts", () => {
  it("hold a zone's load balancer with every frontend, and nothing where there is none", () => {
    const zone = tinyPlan.deployments["par-1"];
    expect(Object.keys(expectedZone(zone).loadBalancers)).toEqual(["load-balancer-par-1"]);
    expect(expectedZone({ ...zone, loadBalancer: undefined })).toEqual({ loadBalancers: {} });
  });

  it("hold both zones' chains of a pipeline", () => {
    const pipeline = {
      key: "edge-www",
      name: "tiny-edge-www",
      service: "www",
      fqdn: "www.tiny.example",
      waf: "enable",
      frontends: { "par-1": "https", "par-2": "https" },
    } as const;
    const shape = expectedEdge({ ...tinyPlan, edge: { plan: "starter", pipelines: [pipeline] } });
    expect(Object.keys(shape.pipelines["edge-www"]?.firewalls ?? {})).toEqual(["par-1", "par-2"]);
  });
});
