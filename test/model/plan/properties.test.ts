/** What holds for every estate: quotas, zones, trust classes, bytes, and what an application that comes or goes may move. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Estate } from "../../../model/estate/index.ts";
import { memoryText, parseMemory } from "../../../model/plan/index.ts";
import type { Plan } from "../../../model/plan/plan.ts";
import { addressedLegs, fileOf, planned, serversOf } from "./estates.ts";
import { estateOf, estateShapes, holds, runs, without } from "./random-estates.ts";

describe("every plan", () => {
  it("stays within the legs that a server may have", () => {
    holds((plan, estate) => {
      for (const server of serversOf(plan)) {
        const limit =
          server.kind === "bare-metal" ? estate.organisation.quotas.privateNetworksPerBareMetal : 8;
        expect(server.legs.length, server.key).toBeLessThanOrEqual(limit ?? 8);
      }
      for (const pair of plan.firewalls.pairs) {
        expect(pair.legs.used).toBeLessThanOrEqual(pair.legs.limit);
        expect(pair.loadGbps.peak).toBeLessThanOrEqual(pair.loadGbps.limit ?? 0);
      }
      expect(plan.quotas.filter(({ verdict }) => verdict === "missing")).toEqual([]);
    });
  });

  it("has a member of every pair in both zones, and a leg of it in each network that it serves", () => {
    holds((plan) => {
      for (const pair of plan.firewalls.pairs) {
        for (const zone of ["par-1", "par-2"] as const) {
          const member = serversOf(plan).find(({ key }) => key === pair.members[zone]);
          expect(member?.zone).toBe(plan.zones[zone]);
          const legs = member?.legs.map(({ privateNetwork }) => privateNetwork).sort();
          expect(legs).toEqual(pair.virtualAddresses.map(({ privateNetwork }) => privateNetwork).sort());
        }
      }
      const served = plan.foundation.privateNetworks.filter(
        ({ role }) => role !== "transit" && role !== "admin",
      );
      for (const network of served) expect(network.pair, network.key).toBeDefined();
    });
  });

  it("never brings two trust classes together on one pair or one hypervisor", () => {
    holds((plan) => {
      const classOf = new Map(
        plan.foundation.privateNetworks.map(({ key, trustClass }) => [key, trustClass]),
      );
      for (const server of serversOf(plan)) {
        const classes = new Set(server.legs.map(({ privateNetwork }) => classOf.get(privateNetwork)));
        classes.delete(undefined);
        expect(classes.size, server.key).toBeLessThanOrEqual(1);
      }
    });
  });

  it("puts nobody but firewalls and hypervisors in two networks", () => {
    holds((plan) => {
      for (const server of serversOf(plan)) {
        const addressed = addressedLegs(plan, server);
        if (server.role !== "firewall") expect(addressed, server.key).toHaveLength(1);
        if (server.role !== "firewall" && server.role !== "hypervisor") expect(server.legs).toHaveLength(1);
      }
    });
  });

  it("is the same bytes twice, and again with its own memory, in whatever form that was kept", () => {
    fc.assert(
      fc.property(estateShapes, (shape) => {
        const first = planned(estateOf(shape));
        const kept = parseMemory(memoryText(first.memory));
        if (!kept.ok) throw new Error(kept.message);
        expect(kept.memory).toEqual(first.memory);
        const text = JSON.stringify(first.plan);
        expect(JSON.stringify(planned(estateOf(shape)).plan)).toBe(text);
        const again = planned(estateOf(shape), kept.memory);
        expect(JSON.stringify(again.plan)).toBe(text);
        expect(memoryText(again.memory)).toBe(memoryText(first.memory));
      }),
      runs,
    );
  });

  it("has a router id of its own for every pair, and an interface name for every network", () => {
    holds((plan) => {
      const { pairs } = plan.firewalls;
      expect(new Set(pairs.map(({ vrid }) => vrid)).size).toBe(pairs.length);
      const names = plan.foundation.privateNetworks.map((network) => network.interface);
      expect(new Set(names).size).toBe(names.length);
      expect(names.filter((name) => name.length > 15)).toEqual([]);
    });
  });
});

/** Everything of a plan that must not move when an application that it does not name comes or goes. */
function placed(plan: Plan, networks: ReadonlySet<string>) {
  const { foundation, firewalls } = plan;
  const kept = foundation.privateNetworks.filter(({ key }) => networks.has(key));
  const pairs = new Set(kept.map(({ pair }) => pair));
  return {
    networks: kept,
    reservations: foundation.reservations
      .filter(({ privateNetwork }) => networks.has(privateNetwork))
      .map(({ key, address }) => `${key} ${address}`),
    pairs: firewalls.pairs
      .filter(({ key }) => pairs.has(key))
      .map(({ key, vrid, members }) => ({ key, vrid, members })),
    publicAddresses: foundation.publicAddresses,
  };
}

function rulesOf(plan: Plan, key: string): string[] {
  const server = serversOf(plan).find((candidate) => candidate.key === key);
  if (server === undefined) return [];
  const document = JSON.parse(fileOf(server, "/etc/nftables/archipel.json")) as { nftables: unknown[] };
  return document.nftables.map((command) => JSON.stringify(command));
}

/** Whether a rule is another one with more elements in its sets: sources of a baseline flow, firewalls to administer, interfaces. */
function grownFrom(before: unknown, now: unknown): boolean {
  if (JSON.stringify(before) === JSON.stringify(now)) return true;
  const setOf = (value: unknown): readonly unknown[] | undefined =>
    (value as { set?: readonly unknown[] } | null)?.set;
  const grown = setOf(now);
  if (grown !== undefined) {
    const texts = new Set(grown.map((element) => JSON.stringify(element)));
    return (setOf(before) ?? [before]).every((element) => texts.has(JSON.stringify(element)));
  }
  if (before === null || now === null || typeof before !== "object" || typeof now !== "object") return false;
  const keys = Object.keys(before);
  return (
    keys.length === Object.keys(now).length &&
    keys.every((key) =>
      grownFrom((before as Record<string, unknown>)[key], (now as Record<string, unknown>)[key]),
    )
  );
}

/** Networks of one application. */
function ownNetworks(estate: Estate, application: string): string[] {
  const gone = estate.applications.find((candidate) => candidate.application === application);
  return gone?.networks.map(({ name }) => name) ?? [];
}

describe("an application that comes or goes", () => {
  it("moves no other network, address, pair or router id, whichever way", () => {
    fc.assert(
      fc.property(estateShapes, fc.nat(), (shape, choice) => {
        const whole = estateOf(shape);
        // The witness must keep its network.
        const others = whole.applications.slice(1);
        const name = others[choice % others.length]?.application ?? "";
        const less = without(whole, name);
        const lost = new Set(ownNetworks(whole, name));
        const before = planned(less);
        const added = planned(whole, before.memory);
        const common = new Set(
          before.plan.foundation.privateNetworks.map(({ key }) => key).filter((key) => !lost.has(key)),
        );
        const still = (plan: Plan) => placed(plan, common);
        const beforePlaced = still(before.plan);
        const addedPlaced = still(added.plan);
        expect(addedPlaced.networks).toEqual(beforePlaced.networks);
        expect(addedPlaced.reservations).toEqual(expect.arrayContaining(beforePlaced.reservations));
        expect(addedPlaced.pairs).toEqual(beforePlaced.pairs);
        expect(addedPlaced.publicAddresses).toEqual(beforePlaced.publicAddresses);
        expect(added.plan.summary.firewalls.moves).toBe(0);
        const removed = planned(less, added.memory);
        expect(still(removed.plan)).toEqual(beforePlaced);
        // And back: the name that returns takes its old places.
        expect(JSON.stringify(planned(whole, removed.memory).plan.foundation)).toBe(
          JSON.stringify(added.plan.foundation),
        );
      }),
      runs,
    );
  });

  it("takes no rule away and changes none, on any host that stays", () => {
    fc.assert(
      fc.property(estateShapes, fc.nat(), (shape, choice) => {
        const whole = estateOf(shape);
        const others = whole.applications.slice(1);
        const name = others[choice % others.length]?.application ?? "";
        const before = planned(without(whole, name));
        const added = planned(whole, before.memory);
        for (const server of serversOf(before.plan)) {
          const now = new Set(rulesOf(added.plan, server.key));
          const changed = rulesOf(before.plan, server.key).filter((rule) => !now.has(rule));
          const others = [...now].map((rule) => JSON.parse(rule) as unknown);
          const gone = changed.filter((rule) => !others.some((other) => grownFrom(JSON.parse(rule), other)));
          expect(gone, server.key).toEqual([]);
        }
      }),
      runs,
    );
  });

  it("leaves every host that is neither its own, its pair's nor a neighbour's untouched", () => {
    fc.assert(
      fc.property(estateShapes, fc.nat(), (shape, choice) => {
        const whole = estateOf(shape);
        const others = whole.applications.slice(1);
        const name = others[choice % others.length]?.application ?? "";
        const own = new Set(ownNetworks(whole, name));
        const talks = new Set(
          whole.applications.flatMap(({ application, networks, flows }) => {
            const reaches = flows.some(({ to }) => own.has(to));
            const reached = whole.applications
              .find((candidate) => candidate.application === name)
              ?.flows.some(({ to }) => networks.some((network) => network.name === to));
            return reaches || reached ? [application] : [];
          }),
        );
        const before = planned(without(whole, name));
        const added = planned(whole, before.memory);
        const scripts = new Map(serversOf(added.plan).map(({ key, host }) => [key, host.configure]));
        for (const server of serversOf(before.plan)) {
          if (server.role !== "fleet" || talks.has(server.application ?? "")) continue;
          expect(scripts.get(server.key), server.key).toBe(server.host.configure);
        }
      }),
      runs,
    );
  });
});
