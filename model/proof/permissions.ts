/**
 * What the estate permits, worked out from the reviewed entities alone: applications' flows, what the platform itself needs, and nothing
 * else. It never imports the planner: the rules that the planner made are held against this.
 */
import type { Estate } from "../estate/index.ts";
import { flowPermissions } from "./permissions/flows.ts";
import type { Opening, Permission } from "./permissions/permission.ts";
import { platformPermissions } from "./permissions/platform.ts";

export type { Opening, Party, Permission, PermissionKind, PlatformRole } from "./permissions/permission.ts";

/** Every permission of the estate, as declared: a port range is one, and two declarations of the same stay two. */
export function permissionsOf(estate: Estate): readonly Permission[] {
  // Each zone stands by itself: whoever comes from outside may come to either.
  const entries = Object.values(estate.organisation.zones);
  const outside = new Set(["internet", "vpn", ...estate.sites.map(({ name }) => name)]);
  return [...flowPermissions(estate), ...platformPermissions(estate)].map((permission) =>
    outside.has(permission.from) ? { ...permission, entries } : permission,
  );
}

/** Whether one permission covers what a rule accepts, place by place. */
export function permits(all: readonly Opening[], asked: Opening): boolean {
  return all.some(
    ({ from, to, protocol, first, last }) =>
      from === asked.from &&
      to === asked.to &&
      protocol === asked.protocol &&
      first <= asked.first &&
      asked.last <= last,
  );
}
