import { secret } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { DnsFailover } from "../../components/dns-failover.ts";
import { WriterGroup } from "../../components/writer-group.ts";
import type { DnsRecordPlan, WriterGroupPlan } from "../../model/plan/plan.ts";
import { layOut, reveal } from "../helpers/laid-out.ts";

const zones = { "par-1": "load-balancer.par-1", "par-2": "load-balancer.par-2" } as const;
const addresses: Readonly<Record<string, string>> = {
  "load-balancer.par-1": "192.0.2.9",
  "load-balancer.par-2": "192.0.2.2",
};
const common = { key: "record-www", name: "www", type: "A", ttlSeconds: 60 } as const;
const service = {
  ...common,
  kind: "http-service",
  addresses: zones,
  url: "https://www.small.example/",
  mustContain: "ok",
} as const;

async function recordOf(plan: DnsRecordPlan, activeZone: "par-1" | "par-2") {
  const { the } = await layOut(
    () =>
      new DnsFailover({
        plan,
        dnsZone: "small.example",
        activeZone,
        foundation: { publicAddress: (key) => ({ id: key, address: addresses[key] ?? "" }) },
      }),
  );
  return the("record-www", "Record").inputs;
}

describe("DnsFailover", () => {
  it("checks the active zone and falls back to the other", async () => {
    const plan = { ...service, strategy: "active-passive" } as const;
    expect(await recordOf(plan, "par-1")).toMatchObject({
      data: "192.0.2.2",
      httpService: { ips: ["192.0.2.9"] },
      ttl: 60,
    });
    expect(await recordOf(plan, "par-2")).toMatchObject({
      data: "192.0.2.9",
      httpService: { ips: ["192.0.2.2"] },
    });
  });

  it("answers with both zones where both serve, in an order of its own", async () => {
    const plan = { ...service, strategy: "all" } as const;
    for (const zone of ["par-1", "par-2"] as const) {
      expect(await recordOf(plan, zone)).toMatchObject({
        httpService: { ips: ["192.0.2.2", "192.0.2.9"], strategy: "all" },
      });
    }
  });

  it("moves a zone's address, and leaves what is fixed", async () => {
    expect(await recordOf({ ...common, kind: "zone-address", addresses: zones }, "par-2")).toMatchObject({
      data: "192.0.2.2",
    });
    const fixed = await recordOf(
      { ...common, type: "TXT", kind: "fixed", data: "{{address:load-balancer.par-1}}" },
      "par-2",
    );
    expect(fixed).toMatchObject({ data: "192.0.2.9", type: "TXT" });
    expect(fixed).not.toHaveProperty("httpService");
  });
});

describe("WriterGroup", () => {
  const plan: WriterGroupPlan = {
    key: "writers-payroll-db",
    application: "payroll",
    rpoSeconds: 0,
    hosts: {
      "par-1": { server: "payroll-db-par-1-1", address: "10.64.1.10", user: "root", port: 22 },
      "par-2": { server: "payroll-db-par-2-1", address: "10.64.1.20", user: "root", port: 22 },
    },
  };
  const roleOf = async (activeZone: "par-1" | "par-2") => {
    const ssh = {
      privateKey: secret("KEY"),
      bastion: { host: `bastion of ${activeZone}`, port: 2222, user: "root" },
    };
    const { the } = await layOut(() => new WriterGroup({ plan, activeZone, ssh }));
    return the("writers-payroll-db-role", "Command").inputs;
  };

  it("speaks to the zone that serves only, through its bastion", async () => {
    expect(reveal((await roleOf("par-1")).connection)).toMatchObject({
      host: "10.64.1.10",
      proxy: { host: "bastion of par-1" },
    });
    expect(reveal((await roleOf("par-2")).connection)).toMatchObject({
      host: "10.64.1.20",
      proxy: { host: "bastion of par-2" },
    });
  });

  it("is updated by a switch: never replaced, and nothing runs at its end", async () => {
    const inputs = await roleOf("par-1");
    expect(inputs.update).toBe(inputs.create);
    expect(inputs).not.toHaveProperty("triggers");
    expect(inputs).not.toHaveProperty("delete");
  });

  it("gives up on a member that does not answer within half a minute", async () => {
    const { dialErrorLimit, perDialTimeout } = reveal((await roleOf("par-1")).connection);
    expect(Number(dialErrorLimit) * Number(perDialTimeout)).toBeLessThanOrEqual(30);
  });
});
