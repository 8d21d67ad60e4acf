/** One permission: who may send what to whom, and who decided so. */

/**
 * A passage from place to place. A place is a private network by its name in the estate (the platform's: transit, admin, ingress, egress, vpn),
 * a site by its name, or `internet`.
 */
export interface Opening {
  readonly from: string;
  readonly to: string;
  readonly protocol: "tcp" | "udp" | "icmp" | "vrrp";
  /** Ports, inclusive; of `icmp` and `vrrp`, which have none, 0 and 65535. */
  readonly first: number;
  readonly last: number;
}

/**
 * Servers of the platform, by what they are for. `pair-member`: a firewall, to or from the other of its own pair; `edge`: the edge pair,
 * for what it passes on in its own name.
 */
export type PlatformRole =
  | "bastion"
  | "bare-metal"
  | "edge"
  | "egress"
  | "firewall"
  | "gateway"
  | "load-balancer"
  | "pair-member"
  | "proxy"
  | "server";

/** Who of a place is meant; undefined in a {@link Permission}: whoever is there. */
export type Party =
  | { readonly kind: "workload"; readonly name: string }
  | { readonly kind: "role"; readonly name: PlatformRole }
  /** People of a group of `access.yaml`, by their tunnels. */
  | { readonly kind: "group"; readonly name: string };

export type PermissionKind =
  | "administration"
  | "balancing"
  | "baseline"
  | "datagrams"
  | "egress"
  | "exposure"
  | "flow"
  | "health"
  | "pair"
  | "tunnel"
  | "vpn";

export interface Permission extends Opening {
  readonly sender: Party | undefined;
  readonly receiver: Party | undefined;
  readonly kind: PermissionKind;
  /** What the declaration calls its ends, `payroll-app → payroll-db tcp/5432`; for words. */
  readonly key: string;
  /** Who declares it: an application, `defaults`, `platform`, or the group of people. */
  readonly declaredBy: string;
  readonly why: string;
  readonly owner: string;
  /** Day until which it holds, `2027-01-31`. */
  readonly expires: string | undefined;
  /** Of what comes from outside, zones each of which has an entry for it; absent of what stays inside. */
  readonly entries?: readonly string[];
  /** Whether firewalls forward it. Not what stays in one private network, or ends at the machine with the public address. */
  readonly forwarded: boolean;
}

/** Of a permission all but what its ports add, one for each of `ports` (`443` or `1000-1010`). */
export function permissionsFor(
  common: Omit<Permission, "first" | "last" | "key" | "forwarded"> & { readonly forwarded?: boolean },
  ports: readonly string[],
): Permission[] {
  return ports.map((text) => {
    const [first, last] = text.split("-").map(Number) as [number, number?];
    return {
      ...common,
      key: `${nameOf(common.sender, common.from)} → ${nameOf(common.receiver, common.to)} ${common.protocol}/${text}`,
      first,
      last: last ?? first,
      forwarded: common.forwarded ?? common.from !== common.to,
    };
  });
}

/** Of a protocol without ports. */
export function portless(
  common: Omit<Permission, "first" | "last" | "key" | "forwarded"> & { readonly forwarded?: boolean },
): Permission {
  return {
    ...common,
    key: `${nameOf(common.sender, common.from)} → ${nameOf(common.receiver, common.to)} ${common.protocol}`,
    first: 0,
    last: 65_535,
    forwarded: common.forwarded ?? common.from !== common.to,
  };
}

function nameOf(party: Party | undefined, place: string): string {
  return party === undefined ? place : party.kind === "role" ? `${party.name}@${place}` : party.name;
}
