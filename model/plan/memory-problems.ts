/** What two people who merge their allocations may break: the same place given to two names. */
import { overlaps, parsePrefix, sizeOf } from "./ipv4.ts";
import type { PlanMemory } from "./memory.ts";
import type { PlanProblem } from "./plan-problems.ts";

/** Prefixes that overlap, addresses or router ids taken twice. */
export function memoryProblems({ networks, pairs, addresses, pools }: PlanMemory): PlanProblem[] {
  const prefixes = [
    ...Object.entries(networks).map(([name, { cidr }]) => ({
      name: `networks.${name}`,
      prefix: parsePrefix(cidr),
    })),
    ...Object.entries(pools).flatMap(([name, pool]) =>
      Object.values(pool).map((cidr) => ({ name: `pools.${name}`, prefix: parsePrefix(cidr) })),
    ),
  ].sort((a, b) => a.prefix.base - b.prefix.base || a.prefix.length - b.prefix.length);
  const overlapping = prefixes.flatMap((entry, index) => {
    const before = prefixes[index - 1];
    return before !== undefined && overlaps(before.prefix, entry.prefix)
      ? [
          problem(
            `${before.name}, ${entry.name}`,
            "prefixes that overlap",
            `${sizeOf(entry.prefix.length)} addresses in common`,
          ),
        ]
      : [];
  });
  return [
    ...overlapping,
    ...twice(Object.entries(addresses), "addresses", "an address of two holders"),
    ...twice(
      Object.entries(pairs).map(([name, { vrid }]) => [name, String(vrid)] as const),
      "pairs",
      "a VRRP router id of two pairs",
    ),
  ];
}

function twice(entries: readonly (readonly [string, string])[], section: string, got: string): PlanProblem[] {
  return [...Map.groupBy(entries, ([, value]) => value)]
    .filter(([, holders]) => holders.length > 1)
    .map(([value, holders]) => problem(`${section}.${holders.map(([name]) => name).join(", ")}`, got, value));
}

function problem(where: string, got: string, because: string): PlanProblem {
  return {
    code: "PLAN-013",
    where: `allocations.yaml ${where}`,
    got: `${got} (${because})`,
    allowed: "a place of its own for every name",
    because:
      "two changes allocated the same place side by side, and whichever is deployed already must keep it",
    hint: "delete the line that is not deployed yet: the planner gives it another place",
  };
}
