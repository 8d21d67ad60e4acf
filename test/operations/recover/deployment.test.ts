import { expect, it } from "vitest";
import { claimedIds, type ExportedStack, settle } from "../../../operations/recover/deployment.ts";

const type = "scaleway:network/privateNetwork:PrivateNetwork";
const urn = (name: string): string => `urn:pulumi:small.foundation::archipel::${type}::${name}`;
const creating = (name: string, inputs = {}) => ({
  type: "creating" as const,
  resource: { urn: urn(name), custom: true, type, inputs: { name, ...inputs } },
});

function stack(parts: ExportedStack["deployment"]): ExportedStack {
  return { version: 3, deployment: { manifest: { version: "v3" }, ...parts } };
}

it("adopts what was created, last and with its inputs for outputs, and leaves nothing pending", () => {
  const first = { urn: urn("agenda"), custom: true, type, id: "fr-par/1" };
  const settled = settle(
    stack({
      resources: [first],
      pending_operations: [creating("portal", { __defaults: ["region"] }), creating("payroll")],
    }),
    [
      { kind: "adopted", urn: urn("portal"), id: "fr-par/2" },
      { kind: "dropped", urn: urn("payroll"), because: "nothing was made" },
    ],
  );
  expect(settled.deployment.pending_operations).toBeUndefined();
  expect(settled.deployment.resources).toEqual([
    first,
    expect.objectContaining({ urn: urn("portal"), id: "fr-par/2", outputs: { name: "portal" } }),
  ]);
  expect(settled.deployment.manifest).toEqual({ version: "v3" });
});

it("marks for deletion what an adopted resource replaces", () => {
  const old = { urn: urn("portal"), custom: true, type, id: "fr-par/1" };
  const settled = settle(stack({ resources: [old], pending_operations: [creating("portal")] }), [
    { kind: "adopted", urn: urn("portal"), id: "fr-par/2" },
  ]);
  expect(settled.deployment.resources?.map(({ id, delete: marked }) => [id, marked])).toEqual([
    ["fr-par/1", true],
    ["fr-par/2", undefined],
  ]);
});

it("forgets what was already deleted before its replacement was created", () => {
  const gone = { urn: urn("portal"), custom: true, type, id: "fr-par/1", pendingReplacement: true };
  const settled = settle(stack({ resources: [gone], pending_operations: [creating("portal")] }), [
    { kind: "adopted", urn: urn("portal"), id: "fr-par/2" },
  ]);
  expect(settled.deployment.resources?.map(({ id }) => id)).toEqual(["fr-par/2"]);
});

it("knows which ids of a type the state holds", () => {
  const resources = [
    { urn: urn("a"), custom: true, type, id: "fr-par/1" },
    { urn: urn("b"), custom: true, type: "scaleway:network/vpc:Vpc", id: "fr-par/2" },
  ];
  expect([...claimedIds(stack({ resources }), type)]).toEqual(["fr-par/1"]);
});
