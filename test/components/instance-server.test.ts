import { describe, expect, it } from "vitest";
import { Bastion, bastionEndpoint } from "../../components/bastion.ts";
import { InstanceFleet } from "../../components/instance-fleet.ts";
import { InstanceServer } from "../../components/instance-server.ts";
import { layOut, reveal } from "../helpers/laid-out.ts";
import { foundation, marker, serverContext } from "./context.ts";
import { bastion, instance } from "./plans.ts";

const pair = () => [marker("pair")];

describe("InstanceServer", () => {
  it("has no public address, and a group that drops in both directions", async () => {
    const { the } = await layOut(
      () => new InstanceServer({ plan: instance, context: serverContext(), after: pair() }),
    );
    expect(the("portal-web-par-1-1-security-group", "SecurityGroup").inputs).toMatchObject({
      zone: "fr-par-1",
      inboundDefaultPolicy: "drop",
      outboundDefaultPolicy: "drop",
      inboundRules: [],
      outboundRules: [],
      stateful: true,
    });
    const { inputs } = the("portal-web-par-1-1", "Server");
    expect(inputs).toMatchObject({
      securityGroupId: "fr-par-1/id-of-portal-web-par-1-1-security-group",
      enableDynamicIp: false,
      state: "started",
      image: "debian_bookworm",
      zone: "fr-par-1",
    });
    expect(inputs).not.toHaveProperty("ipIds");
  });

  it("has a NIC a leg at its booked address, and is told the MAC of each", async () => {
    const { the, ofType } = await layOut(
      () => new InstanceServer({ plan: instance, context: serverContext(), after: pair() }),
    );
    expect(ofType("PrivateNic").map(({ inputs }) => inputs)).toMatchObject([
      {
        privateNetworkId: "fr-par/network-portal",
        ipamIpIds: ["fr-par/reservation-portal.portal-web-par-1-1"],
        zone: "fr-par-1",
      },
    ]);
    const configure = the("portal-web-par-1-1-host-configure", "Command");
    expect(configure.inputs).toMatchObject({
      create: "sudo env ARCHIPEL_MACS='pn-portal=mac-of-portal-web-par-1-1-portal' sh -s",
    });
    expect(reveal(configure.inputs.connection)).toMatchObject({
      host: "10.64.1.10",
      proxy: { host: "192.0.2.1" },
    });
    expect(configure.dependencies).toEqual(expect.arrayContaining(["pair", "portal-web-par-1-1-portal"]));
    expect(configure.options.replaceWith).toEqual(["portal-web-par-1-1"]);
    expect(ofType("Command").map(({ name }) => name)).not.toContain("portal-web-par-1-1-host-bootstrap");
  });
});

describe("Bastion", () => {
  const program = () => {
    const { ssh, ...context } = serverContext();
    return new Bastion({ plan: bastion, context, privateKey: ssh.privateKey });
  };

  it("is spoken to on its own public address, without a proxy", async () => {
    const { the } = await layOut(program);
    expect(the("bastion-par-1", "Server").inputs.ipIds).toEqual(["fr-par-1/public-bastion.par-1"]);
    const connection = reveal(the("bastion-par-1-host-configure", "Command").inputs.connection);
    expect(connection).toMatchObject({ host: "192.0.2.1", port: 2222 });
    expect(connection).not.toHaveProperty("proxy");
  });

  it("opens what its plan says, with addresses filled in, and nothing else", async () => {
    const { the } = await layOut(program);
    expect(the("bastion-par-1-security-group", "SecurityGroup").inputs).toMatchObject({
      inboundRules: [{ action: "accept", protocol: "TCP", portRange: "2222", ipRange: "0.0.0.0/0" }],
      outboundRules: [{ action: "accept", protocol: "TCP", ipRange: "192.0.2.2/32" }],
    });
  });

  it("is where the plan says, without any resource", () => {
    expect(bastionEndpoint(bastion, foundation)).toEqual({ host: "192.0.2.1", port: 2222, user: "root" });
  });
});

describe("InstanceFleet", () => {
  it("lays out its members under their own names, each after what it needs", async () => {
    const second = { ...instance, key: "portal-web-par-1-7", name: "small-portal-web-par-1-7" };
    const plan = {
      kind: "instance",
      key: "portal-web-par-1",
      application: "portal",
      members: [instance, second],
    } as const;
    const { ofType, the } = await layOut(() => {
      const pairs = { [instance.key]: marker("pair-a"), [second.key]: marker("pair-b") };
      return new InstanceFleet({
        plan,
        context: serverContext(),
        after: ({ key }) => [pairs[key]].filter((pair) => pair !== undefined),
      });
    });
    expect(
      ofType("Server")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["portal-web-par-1-1", "portal-web-par-1-7"]);
    expect(the("portal-web-par-1-7-host-configure", "Command").dependencies).toContain("pair-b");
    expect(the("portal-web-par-1-1-host-configure", "Command").dependencies).not.toContain("pair-b");
  });
});
