/** What holds for the addresses of every estate: which are booked, for whom, and that they stay. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planned, serversOf } from "./estates.ts";
import { estateOf, estateShapes, holds, runs } from "./random-estates.ts";

function interval(cidr: string): readonly [number, number] {
  const [address = "", length = ""] = cidr.split("/");
  const first = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return [first, first + 2 ** (32 - Number(length)) - 1];
}

function number(address: string): number {
  return interval(`${address}/32`)[0];
}

describe("every plan", () => {
  it("gives private networks prefixes that do not overlap, within the address space", () => {
    holds((plan, estate) => {
      const [start, end] = interval(estate.organisation.addressSpace);
      const intervals = plan.foundation.privateNetworks
        .map(({ cidr }) => interval(cidr))
        .sort((a, b) => a[0] - b[0]);
      for (const [index, [first, last]] of intervals.entries()) {
        expect(first).toBeGreaterThanOrEqual(start);
        expect(last).toBeLessThanOrEqual(end);
        expect(first).toBeGreaterThan(intervals[index - 1]?.[1] ?? -1);
      }
    });
  });

  it("books every address once, inside its network, and neither the network's, the router's nor the broadcast one", () => {
    holds((plan) => {
      const cidrs = new Map(plan.foundation.privateNetworks.map(({ key, cidr }) => [key, cidr]));
      const taken = new Set<string>();
      for (const { key, privateNetwork, address } of plan.foundation.reservations) {
        const [first, last] = interval(cidrs.get(privateNetwork) ?? "");
        expect(number(address), key).toBeGreaterThan(first + 1);
        expect(number(address), key).toBeLessThan(last);
        expect(taken.has(address), `${address} twice`).toBe(false);
        taken.add(address);
      }
    });
  });

  it("books the address of every attachment, so that Scaleway takes none that the plan gives later", () => {
    holds((plan) => {
      const booked = new Map(
        plan.foundation.reservations.map(({ key, ...reservation }) => [key, reservation]),
      );
      const attached = [
        ...serversOf(plan).flatMap(({ legs, role }) =>
          legs.map(({ privateNetwork, reservation }) => ({
            privateNetwork,
            reservation,
            purposes: role === "hypervisor" ? ["leg", "bridge"] : ["leg"],
          })),
        ),
        ...Object.values(plan.deployments).flatMap(({ gateway, loadBalancer }) => [
          { ...gateway, purposes: ["gateway"] },
          ...(loadBalancer === undefined ? [] : [{ ...loadBalancer, purposes: ["load-balancer"] }]),
        ]),
      ];
      for (const { privateNetwork, reservation, purposes } of attached) {
        expect(booked.get(reservation), reservation).toMatchObject({ privateNetwork });
        expect(purposes).toContain(booked.get(reservation)?.purpose);
        booked.delete(reservation);
      }
      const free = new Set([...booked.values()].map(({ purpose }) => purpose));
      expect([...free].filter((purpose) => purpose !== "virtual" && purpose !== "guest")).toEqual([]);
    });
  });

  it("gives legs that only carry guests the last addresses, which no host has", () => {
    holds((plan) => {
      const files = serversOf(plan).flatMap(({ host }) => host.files.map(({ content }) => content));
      const configured = new Set(files.join("\n").match(/\d+(\.\d+){3}/g));
      const { reservations } = plan.foundation;
      for (const { key, privateNetwork, address } of reservations.filter(
        ({ purpose }) => purpose === "bridge",
      )) {
        const others = reservations.filter(
          (other) => other.privateNetwork === privateNetwork && other.purpose !== "bridge",
        );
        const last = Math.max(...others.map((other) => number(other.address)));
        expect(number(address), key).toBeGreaterThan(last);
        expect(configured, key).not.toContain(address);
      }
    });
  });

  it("moves nothing for the legs that only carry guests, where the memory has none of them yet", () => {
    fc.assert(
      fc.property(estateShapes, (shape) => {
        const { plan, memory } = planned(estateOf(shape));
        const carrying = new Set(
          plan.foundation.reservations.filter(({ purpose }) => purpose === "bridge").map(({ key }) => key),
        );
        const addresses = Object.fromEntries(
          Object.entries(memory.addresses).filter(([key]) => !carrying.has(key)),
        );
        expect(planned(estateOf(shape), { ...memory, addresses }).plan).toEqual(plan);
      }),
      runs,
    );
  });
});
