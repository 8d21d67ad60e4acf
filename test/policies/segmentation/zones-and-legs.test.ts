import { describe, expect, it } from "vitest";
import { explicitZone } from "../../../policies/segmentation/explicit-zone.ts";
import { loadBalancerOneLeg } from "../../../policies/segmentation/load-balancer-one-leg.ts";
import { nothingPublic } from "../../../policies/segmentation/nothing-public.ts";
import { type Sketch, unknown, violationsOf } from "../resources.ts";

const instance = (props: Record<string, unknown>): Sketch => ({
  type: "scaleway:instance/server:Server",
  name: "web",
  props,
});
const bareMetal = (props: Record<string, unknown> = { cloudInit: unknown }): Sketch => ({
  type: "scaleway:elasticmetal/server:Server",
  name: "metal",
  props,
});
const sealing: Sketch = {
  type: "command:remote:Command",
  name: "metal-host-configure",
  props: { create: unknown },
  from: { create: ["metal"] },
};
const balancer = (privateNetworks: unknown): Sketch => ({
  type: "scaleway:loadbalancers/loadBalancer:LoadBalancer",
  name: "lb",
  props: { privateNetworks },
});

describe("explicit-zone", () => {
  it.each([
    ["a zone is named", { zone: "fr-par-1" }, []],
    ["none is", {}, ["web: web: zone is not set"]],
    ["it is unknown", { zone: unknown }, ["web: web: zone is undetermined"]],
  ])("says what it must when %s", async (_, props, expected) => {
    expect(await violationsOf(explicitZone, [instance(props)])).toEqual(expected);
  });

  it("does not apply to regional resources", async () => {
    expect(await violationsOf(explicitZone, [{ type: "scaleway:network/vpc:Vpc", name: "vpc" }])).toEqual([]);
  });
});

describe("load-balancer-one-leg", () => {
  it.each([
    ["one leg", [{ privateNetworkId: unknown }], 0],
    ["none", undefined, 0],
    ["two legs", [{ privateNetworkId: "a" }, { privateNetworkId: "b" }], 1],
    ["unknown legs", unknown, 1],
  ])("counts %s", async (_, legs, count) => {
    expect(await violationsOf(loadBalancerOneLeg, [balancer(legs)])).toHaveLength(count);
  });

  it("refuses a leg attached apart", async () => {
    const attached = { type: "scaleway:loadbalancers/privateNetwork:PrivateNetwork", name: "leg" };
    expect(await violationsOf(loadBalancerOneLeg, [attached])).toHaveLength(1);
  });
});

describe("nothing-public", () => {
  it("accepts a sealed server, a private Instance and a bastion with its address", async () => {
    const bastion = { ...instance({ ipIds: ["fr-par-1/x"], tags: ["role=bastion"] }), name: "bastion" };
    expect(
      await violationsOf(nothingPublic, [bareMetal(), sealing, instance({ tags: ["role=fleet"] }), bastion]),
    ).toEqual([]);
  });

  it("accepts an Instance that exists without address: the provider reads back an empty one", async () => {
    expect(
      await violationsOf(nothingPublic, [instance({ ipId: "", ipIds: [], tags: ["role=fleet"] })]),
    ).toEqual([]);
  });

  it.each<[string, readonly Sketch[]]>([
    ["an Instance takes an address", [instance({ ipId: unknown, tags: ["role=fleet"] })]],
    ["an Instance takes several", [instance({ ipIds: ["fr-par-1/x"] })]],
    ["an Instance's addresses are unknown", [instance({ ipIds: unknown })]],
    ["an Instance asks for a dynamic one", [instance({ enableDynamicIp: true })]],
    ["bare metal has no day 0", [bareMetal({}), sealing]],
    ["nothing seals bare metal", [bareMetal()]],
    [
      "a security group accepts",
      [
        {
          type: "scaleway:instance/securityGroup:SecurityGroup",
          name: "sg",
          props: { inboundDefaultPolicy: "drop" },
        },
      ],
    ],
    ["a flexible IP is ordered", [{ type: "scaleway:elasticmetal/ip:Ip", name: "fip" }]],
    [
      "a PAT rule publishes",
      [{ type: "scaleway:network/publicGatewayPatRule:PublicGatewayPatRule", name: "pat" }],
    ],
    [
      "a gateway's bastion is open",
      [{ type: "scaleway:network/publicGateway:PublicGateway", name: "gw", props: { bastionEnabled: true } }],
    ],
    [
      "a gateway's bastion is unknown",
      [
        {
          type: "scaleway:network/publicGateway:PublicGateway",
          name: "gw",
          props: { bastionEnabled: unknown },
        },
      ],
    ],
  ])("refuses when %s", async (_, sketches) => {
    expect(await violationsOf(nothingPublic, sketches)).toHaveLength(1);
  });

  it("does not apply to a program without servers", async () => {
    expect(await violationsOf(nothingPublic, [{ type: "scaleway:network/vpc:Vpc", name: "vpc" }])).toEqual(
      [],
    );
  });
});
