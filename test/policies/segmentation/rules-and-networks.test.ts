/** The rules that the planner makes, held against the reviewed estate by a pack that never asks the planner. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Estate } from "../../../model/estate/index.ts";
import { parseEstate } from "../../../model/estate/index.ts";
import type { Plan } from "../../../model/plan/index.ts";
import { makePlan } from "../../../model/plan/index.ts";
import { everyServerConfigured } from "../../../policies/segmentation/every-server-configured.ts";
import { firewallRulesWithinIntents } from "../../../policies/segmentation/firewall-rules-within-intents.ts";
import { oneNetworkPerServer } from "../../../policies/segmentation/one-network-per-server.ts";
import { loadEstate } from "../../../stacks/load-estate.ts";
import { harbour, plannedEstate } from "../../helpers/estate-resources.ts";
import { type Sketch, unknown, violationsOf } from "../resources.ts";

const root = join(import.meta.dirname, "../../..");
const small = join(root, "test/estates/small");
const guadeloupe = join(root, "estates/guadeloupe");

/** The estate of a folder, with the text of some files changed. */
function planOf(folder: string, change: (files: Map<string, string>) => void = () => {}): Plan {
  const { files, memory } = loadEstate(folder);
  const changed = new Map(files);
  change(changed);
  const parsed = parseEstate(changed);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const planned = makePlan(parsed.estate as Estate, memory);
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
  return planned.plan;
}

/** One zone's servers and commands as a preview on an empty account shows them: ids of other stacks are stand-ins, those of this one unknown. */
function zoneOf(plan: Plan, estate: string): Sketch[] {
  const zone = plan.deployments["par-1"];
  const subnets = Object.fromEntries(plan.foundation.privateNetworks.map(({ key, cidr }) => [key, cidr]));
  const privateNetworks = Object.fromEntries(
    plan.foundation.privateNetworks.map(({ key }) => [key, `fr-par/id-of-${key}`]),
  );
  const fleets = zone.fleets.flatMap(({ members }) => [...members]);
  const servers = [
    zone.bastion,
    ...zone.firewalls,
    ...zone.instanceFirewalls,
    ...zone.hypervisors,
    ...fleets,
    ...zone.proxies,
    ...zone.egress,
  ];
  return [
    {
      type: "pulumi:pulumi:Stack",
      name: "archipel-par-1",
      props: { estate, consumes: { subnets, privateNetworks } },
    },
    ...servers.flatMap((server): Sketch[] => {
      const ids = server.legs.map(({ privateNetwork }) => privateNetworks[privateNetwork]);
      const command: Sketch = {
        type: "command:remote:Command",
        name: `${server.key}-host-configure`,
        props: { create: unknown, stdin: server.host.configure },
        from: { create: [server.key] },
      };
      if (server.kind === "bare-metal") {
        const props = { tags: [...server.tags], privateNetworks: ids.map((id) => ({ id })) };
        return [{ type: "scaleway:elasticmetal/server:Server", name: server.key, props }, command];
      }
      const nics = server.legs.map(
        ({ privateNetwork }, index): Sketch => ({
          type: "scaleway:instance/privateNic:PrivateNic",
          name: `${server.key}-${privateNetwork}`,
          props: { serverId: unknown, privateNetworkId: ids[index] },
          from: { serverId: [server.key] },
        }),
      );
      return [
        { type: "scaleway:instance/server:Server", name: server.key, props: { tags: [...server.tags] } },
        ...nics,
        command,
      ];
    }),
  ];
}

const undeclared = (files: Map<string, string>): void => {
  const text = files.get("applications/agenda.yaml") as string;
  files.set(
    "applications/agenda.yaml",
    `${text}flows:\n  - { to: payroll, ports: [5432], why: "nobody has reviewed this one", owner: town-secretary }\n`,
  );
};

describe("firewall-rules-within-intents", () => {
  it.each([
    ["small", small],
    ["guadeloupe", guadeloupe],
  ])("finds nothing in the rules of %s", async (_, folder) => {
    expect(await violationsOf(firewallRulesWithinIntents, zoneOf(planOf(folder), folder))).toEqual([]);
  });

  it("finds nothing in the rules of an estate with a site and datagrams", async () => {
    const { plan } = plannedEstate(harbour.folder, harbour.changes);
    const sketches = zoneOf(plan, join(root, harbour.folder));
    expect(await violationsOf(firewallRulesWithinIntents, sketches)).toEqual([]);
  });

  it("refuses a flow that the reviewed estate does not declare, naming its ends", async () => {
    const violations = await violationsOf(
      firewallRulesWithinIntents,
      zoneOf(planOf(small, undeclared), small),
    );
    expect(violations).toEqual([expect.stringContaining("opens agenda → payroll tcp/5432")]);
  });

  it.each([
    ["is unknown", unknown, "undetermined"],
    ["loads no rules", "echo nothing\n", "loads no rules"],
  ])("refuses a configuration that %s", async (_, stdin, expected) => {
    const sketches = zoneOf(planOf(small), small).map((sketch) =>
      sketch.name === "payroll-db-par-1-1-host-configure"
        ? { ...sketch, props: { create: unknown, stdin } }
        : sketch,
    );
    expect(await violationsOf(firewallRulesWithinIntents, sketches)).toEqual([
      expect.stringContaining(expected),
    ]);
  });

  it.each([
    [
      "a rule loses its ports",
      /\{"match":\{"op":"==","left":\{"payload":\{"protocol":"tcp","field":"dport"\}\},"right":5432\}\},/,
      "",
      "lets every port through",
    ],
    [
      "a statement is not understood",
      /"right":5432\}\},/,
      '"right":5432}},{"tproxy":{"port":1}},',
      "undetermined",
    ],
  ])("refuses the firewall's rules when %s", async (_, pattern, replacement, expected) => {
    const sketches = zoneOf(planOf(small), small).map((sketch) => {
      if (!/^firewall-.*-configure$/.test(sketch.name)) return sketch;
      const stdin = String(sketch.props?.stdin);
      expect(stdin).toMatch(pattern);
      return { ...sketch, props: { ...sketch.props, stdin: stdin.replace(pattern, replacement) } };
    });
    const violations = await violationsOf(firewallRulesWithinIntents, sketches);
    expect(violations.length).toBeGreaterThan(0);
    expect(violations.every((violation) => violation.includes(expected))).toBe(true);
  });

  it("refuses a firewall that the program does not configure", async () => {
    const sketches = zoneOf(planOf(small), small).filter(({ name }) => !/^firewall-.*-configure$/.test(name));
    expect(await violationsOf(everyServerConfigured, sketches)).toEqual([
      expect.stringContaining("nothing loads its rules"),
    ]);
  });

  it("does not apply to a program of no estate", async () => {
    expect(
      await violationsOf(firewallRulesWithinIntents, [
        { type: "command:remote:Command", name: "x-configure" },
      ]),
    ).toEqual([]);
  });
});

describe("one-network-per-server", () => {
  it.each([
    ["small", small],
    ["guadeloupe", guadeloupe],
  ])("finds nothing in %s", async (_, folder) => {
    expect(await violationsOf(oneNetworkPerServer, zoneOf(planOf(folder), folder))).toEqual([]);
  });

  const withLegs = (privateNetworks: unknown): Sketch[] =>
    zoneOf(planOf(small), small).map((sketch) =>
      sketch.name === "payroll-db-par-1-1"
        ? { ...sketch, props: { ...sketch.props, privateNetworks } }
        : sketch,
    );

  it.each<[string, unknown, string]>([
    [
      "stands in two applications' networks",
      [{ id: "fr-par/id-of-payroll" }, { id: "fr-par/id-of-agenda" }],
      "agenda and payroll",
    ],
    [
      "stands in a network that nobody claims",
      [{ id: "fr-par/id-of-payroll" }, { id: "fr-par/other" }],
      "undetermined",
    ],
    ["has an unknown leg", [{ id: unknown }], "undetermined"],
    ["has unknown legs", unknown, "undetermined"],
  ])("refuses a server that %s", async (_, legs, expected) => {
    expect(await violationsOf(oneNetworkPerServer, withLegs(legs))).toEqual([
      expect.stringContaining(expected),
    ]);
  });

  it("refuses an Instance with NICs in two applications' networks", async () => {
    const nic: Sketch = {
      type: "scaleway:instance/privateNic:PrivateNic",
      name: "portal-web-par-1-1-agenda",
      props: { serverId: unknown, privateNetworkId: "fr-par/id-of-agenda" },
      from: { serverId: ["portal-web-par-1-1"] },
    };
    expect(await violationsOf(oneNetworkPerServer, [...zoneOf(planOf(small), small), nic])).toEqual([
      expect.stringContaining("agenda and portal"),
    ]);
  });

  it("refuses a program that does not say what it consumed", async () => {
    const sketches = zoneOf(planOf(small), small).map((sketch) =>
      sketch.type === "pulumi:pulumi:Stack" ? { ...sketch, props: { estate: small } } : sketch,
    );
    expect(await violationsOf(oneNetworkPerServer, sketches)).toEqual([
      expect.stringContaining("undetermined"),
    ]);
  });
});
