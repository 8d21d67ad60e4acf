import { describe, expect, it } from "vitest";
import { ApplicationNetwork } from "../../components/application-network.ts";
import { Vpc } from "../../components/vpc.ts";
import { layOut } from "../helpers/laid-out.ts";
import { privateNetwork, reservation, vpc } from "./plans.ts";

const region = "fr-par";
const program = () => {
  const parent = new Vpc({ plan: vpc, region });
  return new ApplicationNetwork({ plan: privateNetwork, reservations: [reservation], region, vpc: parent });
};

describe("Vpc", () => {
  it("drops by default in both families, without a rule", async () => {
    const { ofType } = await layOut(program);
    expect(ofType("Acl").map(({ name, inputs }) => ({ name, ...inputs }))).toEqual([
      {
        name: "vpc-a-acl-ipv4",
        vpcId: "fr-par/id-of-vpc-a",
        region,
        isIpv6: false,
        defaultPolicy: "drop",
        rules: [],
      },
      {
        name: "vpc-a-acl-ipv6",
        vpcId: "fr-par/id-of-vpc-a",
        region,
        isIpv6: true,
        defaultPolicy: "drop",
        rules: [],
      },
    ]);
  });

  it("never lets the provider delete an ACL, which would accept everything", async () => {
    const { ofType } = await layOut(program);
    expect(ofType("Acl").map(({ options }) => options.retainOnDelete)).toEqual([true, true]);
  });
});

describe("ApplicationNetwork", () => {
  it("waits for both ACLs of its VPC", async () => {
    const { the } = await layOut(program);
    expect(the("portal", "PrivateNetwork")).toMatchObject({
      dependencies: ["vpc-a", "vpc-a-acl-ipv4", "vpc-a-acl-ipv6"],
      inputs: {
        name: "small-portal",
        region,
        ipv4Subnet: { subnet: "10.64.1.0/26" },
        enableDefaultRoutePropagation: false,
      },
    });
  });

  it("books every address at its place", async () => {
    const { the } = await layOut(program);
    expect(the("portal.portal-web-par-1-1", "Ip").inputs).toMatchObject({
      address: "10.64.1.10",
      region,
      isIpv6: false,
      sources: [{ privateNetworkId: "fr-par/id-of-portal" }],
    });
  });

  it("refuses a child whose name does not start with its own", async () => {
    await expect(
      layOut(() => {
        const parent = new Vpc({ plan: vpc, region });
        const stranger = { ...reservation, key: "payroll.db" };
        return new ApplicationNetwork({
          plan: privateNetwork,
          reservations: [stranger],
          region,
          vpc: parent,
        });
      }),
    ).rejects.toThrow(/named payroll.db; inside the component portal/);
  });
});
