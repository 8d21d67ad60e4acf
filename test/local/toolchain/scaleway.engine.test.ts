import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NetworkApi } from "./network-api.ts";
import { Project } from "./project.ts";

const secretKey = randomUUID();
const program = `
import { PrivateNetwork } from "@pulumiverse/scaleway/network/privateNetwork.js";
import { Vpc } from "@pulumiverse/scaleway/network/vpc.js";
const vpc = new Vpc("vpc", { name: "vpc", region: "fr-par" });
const network = new PrivateNetwork("network", {
  name: "network", region: "fr-par", vpcId: vpc.id, ipv4Subnet: { subnet: "10.1.0.0/24" },
});
export const subnet = network.ipv4Subnet.subnet;
`;

describe("the Scaleway provider", () => {
  const api = new NetworkApi(secretKey);
  let project: Project;

  beforeAll(async () => {
    const url = await api.listen();
    project = await Project.create(["@pulumiverse/scaleway"]);
    Object.assign(project.environment, {
      SCW_API_URL: url,
      SCW_ACCESS_KEY: "SCWTRIED000000000000",
      SCW_SECRET_KEY: secretKey,
      SCW_DEFAULT_PROJECT_ID: randomUUID(),
      SCW_DEFAULT_ORGANIZATION_ID: randomUUID(),
      SCW_DEFAULT_REGION: "fr-par",
      SCW_DEFAULT_ZONE: "fr-par-1",
    });
    project.write(program);
  });

  afterAll(async () => {
    project.remove();
    await api.close();
  });

  it("goes up without a warning, has nothing to change then, and is destroyed to nothing", async () => {
    const said = await project.up();
    expect(said).not.toMatch(/warning/i);
    expect(await project.outputs()).toEqual({ subnet: "10.1.0.0/24" });
    expect(api.count).toBe(2);
    expect(await project.preview()).toEqual([]);

    const { text, resources } = await project.state();
    expect(resources.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["scaleway:network/vpc:Vpc", "scaleway:network/privateNetwork:PrivateNetwork"]),
    );
    // Credentials come from the environment and stay there: not even encrypted ones are in the state.
    for (const secret of [secretKey, "SCWTRIED000000000000"]) expect(text + said).not.toContain(secret);
    const provider = resources.find(({ type }) => type === "pulumi:providers:scaleway");
    expect(Object.keys(provider?.inputs ?? {}).filter((name) => !name.startsWith("__"))).toEqual(["version"]);

    await project.pulumi(["destroy", "--yes", "--skip-preview", "--stack", "tried.one"]);
    expect(api.count).toBe(0);
    expect(api.calls).toContain("DELETE private-networks");
  });
});
