/** Private networks into VPCs of at most 100, those of one pair together; what is placed stays. */
import type { PairSpec } from "./firewalls.ts";
import type { PlanMemory } from "./memory.ts";
import type { NetworkSpec } from "./networks.ts";

/** Private networks that Scaleway lets a VPC have (organisation quotas, 2025-10-29). */
const networksPerVpc = 100;

/**
 * The VPC of every network. The platform's own come first, because transit and admin have a leg of every pair and the pairs that serve
 * another VPC are then the only ones with legs in two; then whole pairs, each in the first VPC that still holds all of it.
 */
export function partition(
  networks: readonly NetworkSpec[],
  pairs: readonly PairSpec[],
  previous: PlanMemory,
): ReadonlyMap<string, string> {
  const placed = new Map<string, string>();
  const sizes = new Map<string, number>();
  const put = (network: string, vpc: string): void => {
    placed.set(network, vpc);
    sizes.set(vpc, (sizes.get(vpc) ?? 0) + 1);
  };
  const free = (vpc: string): number => networksPerVpc - (sizes.get(vpc) ?? 0);
  for (const { key } of networks) {
    const before = previous.networks[key]?.vpc;
    if (before !== undefined) put(key, before);
  }
  const platform = networks.filter(
    ({ application, role }) => application === undefined && role !== "hypervisors",
  );
  const groups = [
    platform.map(({ key }) => key),
    ...pairs
      .map(({ networks: served }) => [...served])
      .sort((a, b) => b.length - a.length || ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1)),
  ];
  for (const group of groups) {
    const fresh = group.filter((network) => !placed.has(network));
    const beside = mostUsed(group.flatMap((network) => placed.get(network) ?? []));
    const vpc =
      beside !== undefined && free(beside) >= fresh.length ? beside : firstWithRoom(free, fresh.length);
    for (const network of fresh) put(network, vpc);
  }
  return placed;
}

function firstWithRoom(free: (vpc: string) => number, wanted: number): string {
  for (let number = 1; ; number += 1) {
    const vpc = `vpc-${number}`;
    if (free(vpc) >= wanted || number > networksPerVpc) return vpc;
  }
}

function mostUsed(vpcs: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const vpc of vpcs) counts.set(vpc, (counts.get(vpc) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0];
}
