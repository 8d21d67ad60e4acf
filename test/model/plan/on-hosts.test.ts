/** The smallest estate on simulated hosts: day 0, then every script, then who reaches whom: what is declared and nothing else. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BareMetalPlan, InstancePlan, Plan } from "../../../model/plan/plan.ts";
import { planned, readEstate, serversOf } from "./estates.ts";
import { bootPlan, idOf, type World } from "./world.ts";

type Server = BareMetalPlan | InstancePlan;

describe("the small estate on simulated hosts", () => {
  const plan: Plan = planned(readEstate("test/estates/small")).plan;
  const servers = serversOf(plan);
  let world: World;
  const byAddress = new Map<string, Server>();
  const failures: string[] = [];

  function server(key: string): Server {
    const found = servers.find((candidate) => candidate.key === key);
    if (found === undefined) throw new Error(`no server ${key}`);
    return found;
  }

  async function configure(target: Server, stage: "bootstrap" | "sealed"): Promise<void> {
    const { exitCode, stderr } = await world.configure(target, stage);
    if (exitCode !== 0) failures.push(`${target.key} ${stage}: ${exitCode} ${stderr}`);
  }

  beforeAll(async () => {
    const reservations = new Map(plan.foundation.reservations.map(({ key, address }) => [key, address]));
    for (const candidate of servers) {
      for (const { reservation } of candidate.legs) {
        const address = reservations.get(reservation);
        if (address !== undefined) byAddress.set(address, candidate);
      }
    }
    world = await bootPlan(plan);
  }, 120_000);

  afterAll(async () => {
    await world?.close();
  });

  it("boots without a complaint, closed to everybody but the bastions", async () => {
    const boots = world.changes.filter(({ kind, detail }) => kind === "boot" && "errors" in detail);
    expect(boots).toHaveLength(servers.length);
    expect(boots.flatMap(({ detail }) => detail.errors)).toEqual([]);
    const bastion = server("bastion-par-1");
    const database = server("payroll-db-par-1-1");
    for (const zone of ["par-1", "par-2"]) await configure(server(`bastion-${zone}`), "sealed");
    expect(await world.reach(bastion, world.publicAddressOf(database), 22)).toBe(database.name);
    expect(await world.reach(undefined, world.publicAddressOf(database), 22)).toContain("input drop");
    expect(await world.reach(server("town-par-1-1"), world.publicAddressOf(database), 22)).toContain(
      "output drop",
    );
    expect(await world.reach(undefined, world.publicAddress("bastion.par-1"), 2222)).toBe(bastion.name);
    expect(await world.reach(undefined, world.publicAddress("bastion.par-1"), 22)).not.toBe(bastion.name);
  });

  it("takes every script", async () => {
    const order = (candidate: Server): number => ["bastion", "firewall"].indexOf(candidate.role);
    const sorted = [...servers].sort((a, b) => rank(order(a)) - rank(order(b)));
    for (const candidate of sorted) {
      if (candidate.kind === "bare-metal") await configure(candidate, "bootstrap");
      await configure(candidate, "sealed");
    }
    expect(failures).toEqual([]);
  }, 240_000);

  it("changes nothing when a script runs again", async () => {
    const before = world.changes.length;
    for (const candidate of servers) await configure(candidate, "sealed");
    expect(failures).toEqual([]);
    expect(world.changes.slice(before).filter(({ kind }) => kind !== "command")).toEqual([]);
  }, 120_000);

  it("has one master a pair, which holds all the pair's addresses", async () => {
    const held = (key: string): string[] =>
      world.hosts
        .interfaces(idOf(server(key).name))
        .flatMap(({ addresses }) => addresses)
        .filter(({ origin }) => origin === "vrrp")
        .map(({ address }) => address.slice(0, address.indexOf("/")))
        .sort();
    for (const { members, virtualAddresses } of plan.firewalls.pairs) {
      const all = virtualAddresses.map(({ address }) => address).sort();
      const both = [held(members["par-1"]), held(members["par-2"])];
      expect(both.sort((a, b) => b.length - a.length)).toEqual([all, []]);
    }
  });

  it("seals every bare-metal server: its public address answers nobody, the bastions included", async () => {
    for (const candidate of servers.filter(({ kind }) => kind === "bare-metal")) {
      const address = world.publicAddressOf(candidate);
      for (const from of [server("bastion-par-1"), undefined]) {
        expect(await world.reach(from, address, 22), candidate.key).not.toBe(candidate.name);
      }
    }
  });

  it("lets the bastions administer every server through its pair", async () => {
    for (const candidate of servers.filter(({ role }) => role !== "bastion")) {
      for (const zone of ["par-1", "par-2"]) {
        const reached = await world.reach(server(`bastion-${zone}`), candidate.host.address, 22);
        expect(reached, candidate.key).toBe(candidate.name);
      }
    }
  });

  it("lets through what is declared", async () => {
    const declared = plan.intents.filter(
      ({ kind, protocol, to }) =>
        kind !== "administration" && protocol === "tcp" && to.privateNetwork !== "internet",
    );
    const tried: string[] = [];
    for (const { from, to, ports } of declared) {
      for (const source of from.addresses) {
        for (const target of to.addresses) {
          const [sender, receiver] = [byAddress.get(source), byAddress.get(target)];
          // Guests and load balancers are no hosts of ours; the witness runs no service.
          if (sender === undefined || receiver === undefined || receiver.role === "witness") continue;
          const what = `${sender.key} → ${receiver.key}:${ports[0]}`;
          expect(await world.reach(sender, target, Number(ports[0])), what).toBe(receiver.name);
          tried.push(what);
        }
      }
    }
    expect(tried).toContain("portal-web-par-1-1 → payroll-db-par-2-1:5432");
    expect(tried).toContain("payroll-db-par-2-1 → egress-par-1-1:3128");
    expect(tried.length).toBeGreaterThan(30);
  }, 120_000);

  it("lets nothing else through: every server to every other, on every port that anything listens on", async () => {
    const ports = [22, 53, 443, 2222, 3128, 5432, 7411, 8404, 8443];
    const declared = new Set(
      plan.intents
        .filter(({ protocol }) => protocol === "tcp")
        .flatMap(({ from, to, ports: open }) =>
          from.addresses.flatMap((source) =>
            to.addresses.flatMap((target) => open.map((port) => `${source} ${target} ${port}`)),
          ),
        ),
    );
    const leaks: string[] = [];
    const addressesOf = (candidate: Server): string[] =>
      [...byAddress].filter(([, holder]) => holder === candidate).map(([address]) => address);
    for (const sender of servers) {
      for (const [target, receiver] of byAddress) {
        if (receiver === sender) continue;
        for (const port of ports) {
          if (addressesOf(sender).some((source) => declared.has(`${source} ${target} ${port}`))) continue;
          // Members of a pair tell each other their state.
          if (port === 7411 && sender.role === "firewall" && receiver.role === "firewall") continue;
          if ((await world.reach(sender, target, port)) === receiver.name)
            leaks.push(`${sender.key} → ${receiver.key}:${port}`);
        }
      }
    }
    expect(leaks).toEqual([]);
  }, 240_000);
});

/** Bastions first, then firewalls, then what is reached through them. */
function rank(place: number): number {
  return place === -1 ? 2 : place;
}
