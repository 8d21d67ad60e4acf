/** Clients' addresses: every access group has its own part of each zone's pool, so that rules know a group by its source. */
import type { AccessGroup, Estate, ZoneKey } from "../estate/estate.ts";
import { compareText } from "../estate/order.ts";
import { contains, firstFree, formatPrefix, parsePrefix, sizeOf } from "./ipv4.ts";
import type { PlanMemory } from "./memory.ts";
import type { PlanProblem } from "./plan-problems.ts";

/** Kept for the tunnel's own end in each pool. */
const reservedLength = 29;

export interface Pools {
  readonly byGroup: ReadonlyMap<string, Readonly<Record<ZoneKey, string>>>;
  readonly problems: readonly PlanProblem[];
}

/**
 * Who is in two groups has an address in each: a profile a purpose, of which one is used at a time.
 * Parts of the pools, a power of two that holds the group's people; remembered ones stay while they fit.
 */
export function allocatePools(estate: Estate, previous: PlanMemory): Pools {
  const byGroup = new Map<string, Record<ZoneKey, string>>();
  const problems: PlanProblem[] = [];
  if (estate.platform.firewalls.access === undefined) return { byGroup, problems };
  const groups = [...estate.accessGroups].sort(
    (a, b) => lengthFor(a) - lengthFor(b) || compareText(a.name, b.name),
  );
  const parts = new Map(
    (["par-1", "par-2"] as const).map((zone) => [zone, partsOf(estate, groups, zone, previous, problems)]),
  );
  for (const { name } of groups) {
    const first = parts.get("par-1")?.get(name);
    const second = parts.get("par-2")?.get(name);
    if (first !== undefined && second !== undefined) byGroup.set(name, { "par-1": first, "par-2": second });
  }
  return { byGroup, problems };
}

function lengthFor({ people }: AccessGroup): number {
  return 32 - Math.ceil(Math.log2(people));
}

function partsOf(
  estate: Estate,
  groups: readonly AccessGroup[],
  zone: ZoneKey,
  previous: PlanMemory,
  problems: PlanProblem[],
): ReadonlyMap<string, string> {
  const pool = estate.organisation.clientPools[zone];
  const kept = new Map<string, string>();
  for (const group of groups) {
    const before = previous.pools[group.name]?.[zone];
    if (before !== undefined && contains(pool, before) && parsePrefix(before).length <= lengthFor(group)) {
      kept.set(group.name, before);
    }
  }
  const taken = [
    { base: parsePrefix(pool).base, length: reservedLength },
    ...Object.values(previous.pools).map((part) => parsePrefix(part[zone])),
  ];
  const without: AccessGroup[] = [];
  for (const group of groups) {
    if (kept.has(group.name)) continue;
    const part = firstFree(pool, lengthFor(group), taken);
    if (part === undefined) {
      without.push(group);
      continue;
    }
    taken.push(part);
    kept.set(group.name, formatPrefix(part));
  }
  if (without.length > 0) problems.push(tooSmall(pool, zone, groups, without));
  return kept;
}

function tooSmall(
  pool: string,
  zone: ZoneKey,
  groups: readonly AccessGroup[],
  without: readonly AccessGroup[],
): PlanProblem {
  const needed = groups.reduce((sum, group) => sum + sizeOf(lengthFor(group)), sizeOf(reservedLength));
  const names = without.map(({ name }) => name).sort();
  const shown = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return {
    code: "PLAN-014",
    where: `organisation.yaml clientPools.${zone}`,
    got: `${pool} has ${sizeOf(parsePrefix(pool).length)} addresses: no room for ${shown.join(", ")}`,
    allowed: `/${32 - Math.ceil(Math.log2(needed))} at most`,
    because: `each group has a part of its own, a power of two that holds its people: ${needed} addresses with the ${sizeOf(reservedLength)} of the tunnel's own end`,
    hint: "widen the pool, or delete lines of groups that are gone from allocations.yaml",
  };
}
