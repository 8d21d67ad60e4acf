import { describe, expect, it } from "vitest";
import { BareMetalServer } from "../../components/bare-metal-server.ts";
import type { Protection } from "../../components/foundation.ts";
import { isSecret, layOut, reveal } from "../helpers/laid-out.ts";
import { marker, serverContext } from "./context.ts";
import { bareMetal } from "./plans.ts";

const layOutServer = (protection: Protection = "on", mode: "preview" | "update" = "update") =>
  layOut(
    () =>
      new BareMetalServer({ plan: bareMetal, context: serverContext(protection), after: [marker("pair")] }),
    { mode },
  );

describe("BareMetalServer", () => {
  it("has the option, its legs at their booked addresses, and day 0 with both bastions' addresses", async () => {
    const { the } = await layOutServer();
    expect(the("payroll-db-par-1-1", "Server").inputs).toEqual({
      name: "small-payroll-db-par-1-1",
      hostname: "small-payroll-db-par-1-1",
      zone: "fr-par-1",
      offer: "fr-par-1/EM-B220E-NVME",
      os: "fr-par-1/debian-12",
      sshKeyIds: ["key-operator"],
      options: [{ id: "fr-par-1/cd4158d7-2d65-49be-8803-c4b8ab6f760c" }],
      privateNetworks: [
        { id: "fr-par/network-payroll", ipamIpIds: ["fr-par/reservation-payroll.payroll-db-par-1-1"] },
        { id: "fr-par/network-agenda", ipamIpIds: ["fr-par/reservation-agenda.payroll-db-par-1-1"] },
      ],
      cloudInit: "#cloud-config\n# 192.0.2.1 and 192.0.2.2\n",
      protected: true,
      tags: ["app=payroll"],
    });
  });

  it("is locked when it is stateful, unless the estate is thrown away", async () => {
    expect((await layOutServer("on")).the("payroll-db-par-1-1", "Server").options.protect).toBe(true);
    const off = (await layOutServer("off")).the("payroll-db-par-1-1", "Server");
    expect(off.options.protect).toBe(false);
    expect(off.inputs.protected).toBe(false);
  });

  it("is bootstrapped over its public address, once", async () => {
    const { the } = await layOutServer();
    const bootstrap = the("payroll-db-par-1-1-host-bootstrap", "Command");
    expect(bootstrap.inputs).toMatchObject({
      create: "sudo env ARCHIPEL_VLANS='pn-agenda=1202 pn-payroll=1201' sh -s",
      stdin: "set -eu\n# first, from 192.0.2.1\n",
    });
    expect(reveal(bootstrap.inputs.connection)).toMatchObject({
      host: "address-of-payroll-db-par-1-1",
      port: 22,
      user: "root",
      proxy: { host: "192.0.2.1", port: 2222 },
    });
    expect(bootstrap.dependencies).toEqual(expect.arrayContaining(["pair", "payroll-db-par-1-1"]));
    expect(bootstrap.options).toMatchObject({
      ignoreChanges: ["connection", "create", "update", "stdin"],
      replaceWith: ["payroll-db-par-1-1"],
    });
  });

  it("is configured over the private path after its bootstrap, and again when that is", async () => {
    const { the } = await layOutServer();
    const configure = the("payroll-db-par-1-1-host-configure", "Command");
    const run = "sudo env ARCHIPEL_VLANS='pn-agenda=1202 pn-payroll=1201' sh -s";
    expect(configure.inputs).toMatchObject({
      create: run,
      update: run,
      stdin: "set -eu\n# bastion 192.0.2.1\n",
      addPreviousOutputInEnv: false,
    });
    expect(reveal(configure.inputs.connection)).toMatchObject({ host: "10.64.1.10", perDialTimeout: 10 });
    expect(configure.dependencies).toEqual(
      expect.arrayContaining(["pair", "payroll-db-par-1-1-host-bootstrap"]),
    );
    expect(configure.options).toMatchObject({
      ignoreChanges: [],
      replaceWith: ["payroll-db-par-1-1-host-bootstrap"],
    });
  });

  it("keeps the private key secret, and has no command that could be replaced or run at deletion", async () => {
    const { ofType } = await layOutServer();
    const commands = ofType("Command").filter(({ name }) => name !== "pair");
    expect(commands).toHaveLength(2);
    for (const { inputs } of commands) {
      expect(isSecret(inputs.connection)).toBe(true);
      expect(inputs).not.toHaveProperty("triggers");
      expect(inputs).not.toHaveProperty("delete");
    }
  });
});
