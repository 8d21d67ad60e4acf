/** Everything that is declared of an estate: what it permits, and who is beyond its tunnels. */
import type { Estate } from "../estate/index.ts";
import type { Permission } from "./permissions.ts";
import { permissionsOf } from "./permissions.ts";
import type { Sites } from "./places.ts";

export interface Declarations {
  readonly permissions: readonly Permission[];
  readonly sites: Sites;
}

/** Parts of the clients' pools by access group, each by zone: `allocations.yaml` has them. */
export type Pools = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * People of a group whose part of the pools is known are a place of their own, `staff@vpn`, so that what is permitted to one group is not
 * to another; whoever is in no such part is still `vpn`.
 */
export function declarationsOf(estate: Estate, pools: Pools = {}): Declarations {
  const groups = estate.accessGroups.filter(({ name }) => pools[name] !== undefined);
  const known = new Set(groups.map(({ name }) => name));
  return {
    permissions: permissionsOf(estate).map((permission) =>
      permission.sender?.kind === "group" && known.has(permission.sender.name)
        ? { ...permission, from: groupPlace(permission.sender.name) }
        : permission,
    ),
    sites: [
      ...estate.sites,
      ...groups.map(({ name }) => ({ name: groupPlace(name), prefixes: Object.values(pools[name] ?? {}) })),
    ],
  };
}

/** The place of a group's people. No private network or site can have such a name. */
export function groupPlace(group: string): string {
  return `${group}@vpn`;
}
