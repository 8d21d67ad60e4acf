import { describe, expect, it } from "vitest";
import { deploymentOrder, parseStackName, stackKinds, stackName } from "../../stacks/stack-names.ts";

describe("stack names", () => {
  it("are an estate and a part", () => {
    for (const kind of stackKinds)
      expect(parseStackName(stackName("guadeloupe", kind))).toEqual({ estate: "guadeloupe", kind });
  });

  it("refuses what is not a part", () => {
    expect(parseStackName("guadeloupe")).toBeUndefined();
    expect(parseStackName("guadeloupe.par-3")).toBeUndefined();
    expect(parseStackName(".par-1")).toBeUndefined();
  });

  it("are each deployed once", () => {
    expect(deploymentOrder.flat().sort()).toEqual([...stackKinds].sort());
  });
});
