import { describe, expect, it } from "vitest";
import type { FoundationContract } from "../../stacks/contracts.ts";
import { foundation } from "../../stacks/foundation.ts";
import { witness } from "../../stacks/witness.ts";
import { known, layOut, reveal } from "../helpers/laid-out.ts";
import { deployedFoundation, runOf, withOperatorKey } from "./run.ts";
import { tinyPlan } from "./tiny-plan.ts";

const layOutFoundation = (protection: "on" | "off" = "on") =>
  withOperatorKey((environment) => layOut(async () => foundation(runOf(environment, { protection }))));

describe("foundation", () => {
  it("provides every key that the others expect", async () => {
    const { result } = await layOutFoundation();
    const provides = (await known(result.provides)) as FoundationContract;
    const keys = (contract: object) =>
      Object.entries(contract).map(([kind, entries]) => [
        kind,
        typeof entries === "string" ? entries : Object.keys(entries).sort(),
      ]);
    expect(keys({ ...provides, dnsZone: "" }).sort()).toEqual(
      keys({ ...deployedFoundation, dnsZone: "" }).sort(),
    );
  });

  it("attaches nothing to a VPC before both its ACLs drop", async () => {
    const { ofType } = await layOutFoundation();
    const networks = ofType("PrivateNetwork");
    expect(networks).toHaveLength(tinyPlan.foundation.privateNetworks.length);
    for (const { dependencies } of networks) {
      expect(dependencies).toEqual(expect.arrayContaining(["vpc-a-acl-ipv4", "vpc-a-acl-ipv6"]));
    }
  });

  it("registers the operator's public key without its comment", async () => {
    const { the } = await layOutFoundation();
    expect(the("identity-ssh-key-operator", "SshKey").inputs).toMatchObject({
      name: "tiny-operator",
      publicKey: "ssh-ed25519 AAAA",
    });
  });

  it("locks addresses and keeps the DNS zone, unless the estate is thrown away", async () => {
    for (const protection of ["on", "off"] as const) {
      const { the } = await layOutFoundation(protection);
      expect(the("public-address-bastion.par-1", "Ip").options.protect).toBe(protection === "on");
      expect(the("dns-zone", "Zone").options.retainOnDelete).toBe(protection === "on");
    }
  });

  it("says what to do when there is no key", () => {
    expect(() => foundation(runOf({}))).toThrow(/STACK-004: ARCHIPEL_SSH_KEY_FILE is not set/);
    expect(() => foundation(runOf({ ARCHIPEL_SSH_KEY_FILE: "nowhere" }))).toThrow(
      /STACK-005.*nowhere\.pub \(ENOENT\)/,
    );
  });
});

describe("witness", () => {
  it("stands in the third zone and is reached through the active zone's bastion", async () => {
    const { the } = await withOperatorKey((environment) =>
      layOut(() => witness(runOf(environment, { activeZone: "par-2" })), { stack: "tiny.witness" }),
    );
    expect(the("witness", "Server").inputs.zone).toBe("fr-par-3");
    const { publicAddresses } = deployedFoundation as {
      publicAddresses: Record<string, { address: string }>;
    };
    expect(reveal(the("witness-host-configure", "Command").inputs.connection)).toMatchObject({
      host: "address-of-witness",
      proxy: { host: publicAddresses["bastion.par-2"]?.address },
    });
  });
});
