/** The memory after a plan: what is there now, and everything that ever was. */
import type { HostContext } from "./hosts.ts";
import type { Layout } from "./layout.ts";
import type { PlanMemory } from "./memory.ts";

export function remember(
  layout: Layout,
  vpcOf: ReadonlyMap<string, string>,
  context: HostContext & { readonly digests: ReadonlyMap<string, string> },
  previous: PlanMemory,
): PlanMemory {
  const networks = layout.networks.map(({ key }) => {
    const pair = layout.pairOf(key)?.key;
    const entry = { cidr: layout.cidrOf(key), vpc: vpcOf.get(key) ?? "" };
    return [key, pair === undefined ? entry : { ...entry, pair }] as const;
  });
  const pairs = layout.pairs.map(({ key, vrid, trustClass }) => {
    const entry = {
      vrid,
      generation: context.generations.get(key) ?? 1,
      rules: context.digests.get(key) ?? "",
    };
    return [key, trustClass === undefined ? entry : { ...entry, trustClass }] as const;
  });
  const addresses = layout.addresses.reservations.map(({ key, address }) => [key, address] as const);
  return {
    networks: merged(previous.networks, networks),
    pairs: merged(previous.pairs, pairs),
    addresses: merged(previous.addresses, addresses),
    pools: merged(previous.pools, [...layout.pools]),
  };
}

/** Sorted by name; what is new wins over what was there under the same name. */
function merged<T>(
  before: Readonly<Record<string, T>>,
  now: readonly (readonly [string, T])[],
): Record<string, T> {
  const all = new Map([...Object.entries(before), ...now]);
  return Object.fromEntries([...all].sort((a, b) => (a[0] < b[0] ? -1 : 1)));
}
