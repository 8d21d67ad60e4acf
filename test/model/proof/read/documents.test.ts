/** The engine's documents as resources: what stays after a preview, and what a killed run leaves open. */
import { describe, expect, it } from "vitest";
import { DocumentError, fromPreview, fromState } from "../../../../model/proof/read/index.ts";
import { factOf, propertyOf } from "../../../../model/proof/read/resource.ts";
import { standInId } from "../../../../model/proof/read/stand-ins.ts";
import { standIn } from "../../../../stacks/contracts.ts";

const type = "scaleway:network/vpc:Vpc";
const urn = (name: string) => `urn:pulumi:some.stack::archipel::${type}::${name}`;
const state = (name: string, rest: object = {}) => ({ urn: urn(name), type, inputs: {}, ...rest });

describe("a preview", () => {
  it("keeps what stays, changes and comes, and drops what goes", () => {
    const steps = [
      // As the engine writes them: what stays has its id and outputs in the old state alone (3.250).
      {
        op: "same",
        oldState: state("same", { id: "fr-par/1", outputs: { vlan: 7 } }),
        newState: state("same"),
      },
      {
        op: "update",
        oldState: state("changed", { id: "fr-par/3", outputs: { vlan: 8 } }),
        newState: state("changed"),
      },
      { op: "create", newState: state("new") },
      { op: "delete", oldState: state("gone") },
      { op: "create-replacement", newState: state("again", { inputs: { name: "b" } }) },
      { op: "replace", oldState: state("again"), newState: state("again", { inputs: { name: "b" } }) },
      { op: "delete-replaced", oldState: state("again", { id: "fr-par/2" }) },
    ];
    const { resources } = fromPreview({ steps });
    expect(resources.map(({ name, id }) => [name, id])).toEqual([
      ["same", "fr-par/1"],
      ["changed", "fr-par/3"],
      ["new", undefined],
      ["again", undefined],
    ]);
    expect(resources.slice(0, 2).map(({ outputs }) => outputs)).toEqual([{ vlan: 7 }, {}]);
  });

  it("of a stack that holds nothing is no error, and another document is", () => {
    expect(fromPreview({ config: {} }).resources).toEqual([]);
    expect(() => fromPreview([])).toThrow(DocumentError);
  });
});

describe("a state", () => {
  it("is read from an export and from a checkpoint alike, empty ones too", () => {
    const resources = [state("one", { id: "fr-par/1" })];
    const names = (document: unknown) => fromState(document).resources.map(({ name }) => name);
    expect(names({ version: 3, deployment: { resources } })).toEqual(["one"]);
    expect(names({ version: 3, checkpoint: { latest: { resources } } })).toEqual(["one"]);
    expect(names({ version: 3, checkpoint: { latest: null } })).toEqual([]);
    expect(() => fromState({ steps: [] })).toThrow(DocumentError);
  });

  it("leaves open what a killed run was at, and what waits for its deletion", () => {
    const deployment = {
      resources: [state("old", { delete: true }), state("one")],
      pending_operations: [{ type: "creating", resource: state("half") }],
    };
    const found = fromState({ deployment });
    expect(found.resources.map(({ name }) => name)).toEqual(["one"]);
    expect(found.undetermined).toMatchObject([
      { origin: { resource: urn("old"), stack: "some.stack" }, property: "state" },
      { origin: { resource: urn("half") }, why: expect.stringContaining("creating") },
    ]);
  });
});

describe("a property", () => {
  it.each([
    [undefined, "missing"],
    [null, "missing"],
    ["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "unknown"],
    ["fr-par/04da6b54-80e4-46f7-96ec-b56ff0331ba9", "unknown"],
    ["[secret]", "secret"],
    [
      { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" },
      "secret",
    ],
    ["fr-par/1", "known"],
    [[], "known"],
    [false, "known"],
  ])("%j is %s", (value, kind) => {
    expect(factOf(value).kind).toBe(kind);
  });

  it("is the program's; the provider's answer where the program's is not known", () => {
    const [resource] = fromState({
      deployment: {
        resources: [
          state("one", {
            inputs: { a: "asked", b: "[secret]" },
            outputs: { a: "was", b: "answered", c: "computed" },
          }),
        ],
      },
    }).resources;
    if (resource === undefined) throw new Error("no resource");
    expect(["a", "b", "c", "d"].map((name) => propertyOf(resource, name))).toEqual([
      { kind: "known", value: "asked" },
      { kind: "known", value: "answered" },
      { kind: "known", value: "computed" },
      { kind: "missing" },
    ]);
  });
});

it("derives the stand-ins that stacks use for each other before they are up", () => {
  const resource = (of: string, name: string) => {
    const [found] = fromState({
      deployment: { resources: [{ urn: `urn:pulumi:small.foundation::archipel::${of}::${name}`, type: of }] },
    }).resources;
    if (found === undefined) throw new Error("no resource");
    return found;
  };
  const path = (...parts: string[]) => standIn("small.foundation", parts);
  expect(
    standInId("privateNetwork", resource("scaleway:network/privateNetwork:PrivateNetwork", "payroll")),
  ).toBe(path("privateNetworks", "payroll"));
  expect(standInId("reservation", resource("scaleway:ipam/ip:Ip", "payroll.virtual"))).toBe(
    path("reservations", "payroll.virtual"),
  );
  expect(standInId("instanceIp", resource("scaleway:instance/ip:Ip", "public-address-bastion.par-1"))).toBe(
    path("publicAddresses", "bastion.par-1", "id"),
  );
});
