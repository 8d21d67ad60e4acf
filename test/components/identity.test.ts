import { describe, expect, it } from "vitest";
import { Identity } from "../../components/identity.ts";
import { PublicAddresses } from "../../components/public-addresses.ts";
import type { IdentityPlan } from "../../model/plan/plan.ts";
import { known, layOut } from "../helpers/laid-out.ts";
import { publicAddresses } from "./plans.ts";

const plan: IdentityPlan = {
  applications: [
    {
      key: "deploy",
      name: "small-deploy",
      description: "Deploys",
      permissionSets: ["VPCFullAccess"],
      tags: ["use=deploy"],
    },
  ],
  sshKeys: [{ key: "operator", name: "small-operator", publicKey: "ssh-ed25519 AAAA" }],
};

describe("Identity", () => {
  it("limits every permission to the estate's project", async () => {
    const { the } = await layOut(() => new Identity("identity", { plan, projectId: "the-project" }));
    expect(the("identity-deploy-policy", "Policy").inputs).toMatchObject({
      applicationId: "id-of-identity-deploy",
      rules: [{ projectIds: ["the-project"], permissionSetNames: ["VPCFullAccess"] }],
    });
    expect(the("identity-ssh-key-operator", "SshKey").inputs).toEqual({
      name: "small-operator",
      publicKey: "ssh-ed25519 AAAA",
      projectId: "the-project",
    });
  });

  it("makes no API key: no state may hold one", async () => {
    const { ofType } = await layOut(() => new Identity("identity", { plan, projectId: "the-project" }));
    expect(ofType("ApiKey")).toEqual([]);
    expect(ofType("Application")).toHaveLength(1);
  });
});

describe("PublicAddresses", () => {
  it("makes each address with the product that will hold it, in its zone", async () => {
    const { resources, result } = await layOut(
      () => new PublicAddresses("public-address", { plan: publicAddresses, protection: "on" }),
    );
    const made = resources
      .filter(({ parent }) => parent === "public-address")
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(made.map(({ type, name, inputs, options }) => [type, name, inputs.zone, options.protect])).toEqual(
      [
        ["scaleway:instance/ip:Ip", "public-address-bastion.par-1", "fr-par-1", true],
        [
          "scaleway:network/publicGatewayIp:PublicGatewayIp",
          "public-address-gateway.par-1",
          "fr-par-1",
          true,
        ],
        ["scaleway:loadbalancers/ip:Ip", "public-address-load-balancer.par-2", "fr-par-2", true],
      ],
    );
    expect(await known(result.addresses)).toMatchObject({
      "load-balancer.par-2": {
        id: "fr-par-2/id-of-public-address-load-balancer.par-2",
        address: "address-of-public-address-load-balancer.par-2",
      },
    });
  });
});
