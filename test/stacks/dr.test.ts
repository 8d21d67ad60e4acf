import { describe, expect, it } from "vitest";
import type { ZoneKey } from "../../model/estate/estate.ts";
import { dr } from "../../stacks/dr.ts";
import { known, layOut, reveal } from "../helpers/laid-out.ts";
import { deployedFoundation, runOf, withOperatorKey } from "./run.ts";
import { tinyPlan } from "./tiny-plan.ts";

const pipeline = {
  key: "edge-portal",
  name: "tiny-edge-portal",
  service: "portal",
  fqdn: "portal.tiny.example",
  waf: "enable",
  frontends: { "par-1": "https", "par-2": "https" },
} as const;
const plan = { ...tinyPlan, edge: { plan: "starter", pipelines: [pipeline] } } as const;
const edge = {
  pipelines: {
    "edge-portal": { id: "the-pipeline", firewalls: { "par-1": "firewall-1", "par-2": "firewall-2" } },
  },
};

const layOutActive = (activeZone: ZoneKey) =>
  withOperatorKey((environment) =>
    layOut(
      () =>
        dr(
          runOf(environment, {
            plan,
            activeZone,
            upstream: async (kind) => ({
              estate: "tiny",
              kind,
              mode: "update",
              provides: kind === "foundation" ? deployedFoundation : kind === "edge" ? edge : undefined,
            }),
          }),
        ),
      { stack: "tiny.dr" },
    ),
  );

describe("dr", () => {
  it("holds records, stages and commands only: nothing of a zone", async () => {
    const { resources } = await layOutActive("par-1");
    const made = resources.filter(({ type }) => !type.startsWith("archipel:"));
    expect(new Set(made.map(({ type }) => type))).toEqual(
      new Set([
        "scaleway:domain/record:Record",
        "scaleway:edgeservices/tlsStage:TlsStage",
        "scaleway:edgeservices/dnsStage:DnsStage",
        "scaleway:edgeservices/headStage:HeadStage",
        "command:remote:Command",
      ]),
    );
    expect(made.filter(({ inputs }) => "zone" in inputs)).toEqual([]);
  });

  it("switches by updates: the same resources, and no field that would replace one", async () => {
    const before = await layOutActive("par-1");
    const after = await layOutActive("par-2");
    expect(after.resources.map(({ urn }) => urn).sort()).toEqual(
      before.resources.map(({ urn }) => urn).sort(),
    );
    const changed = before.resources.flatMap(({ name, type, inputs }) => {
      const now = after.resources.find((one) => one.name === name && one.type === type)?.inputs ?? {};
      return Object.keys({ ...inputs, ...now })
        .filter((key) => JSON.stringify(inputs[key]) !== JSON.stringify(now[key]))
        .map((key) => `${name}: ${key}`);
    });
    expect(changed.sort()).toEqual([
      "edge-portal-tls: wafStageId",
      "record-www: data",
      "record-www: httpService",
      "writers-payroll-db-role: connection",
    ]);
  });

  it("never waits for, nor speaks to, the zone that does not serve", async () => {
    const { the, result } = await layOutActive("par-2");
    const { inputs } = the("writers-payroll-db-role", "Command");
    const { publicAddresses } = deployedFoundation as {
      publicAddresses: Record<string, { address: string }>;
    };
    const connection = JSON.stringify(reveal(inputs.connection));
    expect(connection).toContain(publicAddresses["bastion.par-2"]?.address);
    expect(connection).not.toContain(publicAddresses["bastion.par-1"]?.address);
    expect(inputs).not.toHaveProperty("triggers");
    expect(inputs).not.toHaveProperty("delete");
    expect(await known(result.provides)).toEqual({ activeZone: "par-2" });
  });
});
