import { ComponentResource } from "@pulumi/pulumi";
import { Vpc } from "@pulumiverse/scaleway/network/vpc.js";
import { describe, expect, it } from "vitest";
import { layOut } from "./laid-out.ts";

class Pair extends ComponentResource {
  constructor() {
    super("test:index:Pair", "pair");
    const first = new Vpc("pair-first", { name: "first" }, { parent: this });
    new Vpc(
      "pair-second",
      { name: "second", tags: [first.id] },
      { parent: this, dependsOn: [first], protect: true },
    );
  }
}

describe("laid out", () => {
  it("waits for resources that depend on outputs, and shows parent, dependencies and options", async () => {
    const { resources, the } = await layOut(() => new Pair());
    expect(resources.map(({ name }) => name)).toEqual(["pair", "pair-first", "pair-second"]);
    expect(the("pair-second", "Vpc")).toMatchObject({
      parent: "pair",
      dependencies: ["pair-first"],
      inputs: { tags: ["id-of-pair-first"] },
      options: { protect: true },
    });
  });

  it("fails an assertion that does not hold", async () => {
    const { the } = await layOut(() => new Pair());
    expect(() => expect(the("pair-first", "Vpc").inputs).toMatchObject({ name: "second" })).toThrow();
    expect(() => the("pair-third", "Vpc")).toThrow(/0 resources are a Vpc named pair-third/);
  });

  it("lets an error of the program through", async () => {
    await expect(layOut(() => Promise.reject(new Error("broken program")))).rejects.toThrow("broken program");
  });
});
