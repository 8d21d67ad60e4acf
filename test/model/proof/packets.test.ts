/** Sets of packets and of numbers, against plain sets of small numbers. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AddressSpace, stretchOf } from "../../../model/proof/addresses.ts";
import type { Intervals } from "../../../model/proof/intervals.ts";
import * as intervals from "../../../model/proof/intervals.ts";
import { servicesOf } from "../../../model/proof/packet-text.ts";
import type { Box, PacketSet } from "../../../model/proof/packets.ts";
import {
  boxCovers,
  boxOf,
  fields,
  intersectSets,
  isSubset,
  sampleOf,
  subtractSets,
} from "../../../model/proof/packets.ts";

const small = 6;
const numbers = fc.uniqueArray(fc.integer({ min: 0, max: small }));
const asIntervals = (set: readonly number[]): Intervals =>
  intervals.intervalsOf(set.map((each) => [each, each]));
const members = (set: Intervals): number[] =>
  Array.from({ length: small + 1 }, (_, value) => value).filter((value) => intervals.contains(set, value));
const options = { seed: 7, numRuns: 400 };

describe("intervals", () => {
  test("union, intersection, difference and inclusion are those of sets", () => {
    fc.assert(
      fc.property(numbers, numbers, (left, right) => {
        const [a, b] = [asIntervals(left), asIntervals(right)];
        const [one, other] = [new Set(left), new Set(right)];
        const sorted = (set: Iterable<number>): number[] => [...set].sort((x, y) => x - y);
        expect(members(intervals.unite(a, b))).toEqual(sorted(new Set([...left, ...right])));
        expect(members(intervals.intersect(a, b))).toEqual(sorted(left.filter((each) => other.has(each))));
        expect(members(intervals.subtract(a, b))).toEqual(sorted(left.filter((each) => !other.has(each))));
        expect(intervals.covers(a, b)).toBe(right.every((each) => one.has(each)));
        expect(intervals.meets(a, b)).toBe(left.some((each) => other.has(each)));
      }),
      options,
    );
  });

  test("are sorted, disjoint and not adjacent, and drop what is upside down", () => {
    expect(
      intervals.intervalsOf([
        [5, 6],
        [1, 2],
        [3, 3],
        [9, 8],
      ]),
    ).toEqual([1, 3, 5, 6]);
  });
});

describe("packets", () => {
  const field = fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { minLength: 1 }).map(asIntervals);
  const box: fc.Arbitrary<Box> = fc.record({
    source: field,
    destination: field,
    protocol: field,
    sourcePort: field,
    destinationPort: field,
  });
  const set = fc.array(box, { maxLength: 3 });
  const all = Array.from({ length: 3 ** 5 }, (_, index) => {
    const digit = (place: number): number => Math.floor(index / 3 ** place) % 3;
    return boxOf(Object.fromEntries(fields.map((name, place) => [name, digit(place)])) as never);
  });
  const within = (packets: PacketSet, packet: Box): boolean =>
    packets.some((each) => boxCovers(each, packet));

  test("difference and intersection are exact, and a sample is a member", () => {
    fc.assert(
      fc.property(set, set, (left, right) => {
        const difference = subtractSets(left, right);
        const common = intersectSets(left, right);
        for (const packet of all) {
          expect(within(difference, packet)).toBe(within(left, packet) && !within(right, packet));
          expect(within(common, packet)).toBe(within(left, packet) && within(right, packet));
        }
        expect(isSubset(left, right)).toBe(
          all.every((packet) => !within(left, packet) || within(right, packet)),
        );
        for (const each of difference) expect(boxCovers(each, boxOf(sampleOf(each)))).toBe(true);
      }),
      { ...options, numRuns: 60 },
    );
  });

  test("are told by protocols and ports", () => {
    const { everything } = new AddressSpace(4, []);
    expect(servicesOf([everything])).toEqual(["any"]);
    expect(
      servicesOf([
        { ...everything, protocol: [6, 6], destinationPort: [22, 22, 80, 90] },
        { ...everything, protocol: [1, 1, 112, 112] },
        { ...everything, protocol: [47, 47] },
      ]),
    ).toEqual(["47", "icmp", "tcp/22", "tcp/80-90", "vrrp"]);
  });
});

describe("addresses", () => {
  const stretches = ["10.0.0.0/24", "10.0.0.7", "fd00::/64", "::/0"].map((text) => stretchOf(text) as never);

  test("are stretches, written as whole prefixes whatever their host part", () => {
    expect(stretchOf("10.0.0.7/24")).toEqual(stretchOf("10.0.0.0/24"));
    expect(["10.0.0", "10.0.0.1/33", "10.0.0.1/x", "pn-payroll", "::/129"].map(stretchOf)).toEqual(
      Array(5).fill(undefined),
    );
  });

  test("fall into atoms between the endpoints mentioned", () => {
    const space = new AddressSpace(4, stretches.slice(0, 2));
    expect(space.of("10.0.0.0/24")).toEqual([1, 3]);
    expect(space.of("10.0.0.7")).toEqual([2, 2]);
    expect(space.of("fd00::1")).toEqual([]);
    expect([0, 1, 2, 3, 4].map((atom) => space.textOf(atom))).toEqual([
      "0.0.0.0",
      "10.0.0.0",
      "10.0.0.7",
      "10.0.0.8",
      "10.0.1.0",
    ]);
    expect(space.atomOf("10.0.0.200")).toBe(3);
    expect(() => space.of("10.0.0.9")).toThrow("not made of known endpoints");
  });
});
