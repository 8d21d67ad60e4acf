/** Where a machine sends what is not its own: longest prefix first, as atoms. */
import type { AddressSpace } from "./addresses.ts";
import { familyOf, prefixLengthOf } from "./addresses.ts";
import type { Intervals } from "./intervals.ts";
import { intersect, isEmpty, subtract, unite } from "./intervals.ts";
import type { Node } from "./network.ts";

export interface Way {
  readonly destinations: Intervals;
  readonly interface: string;
  /** Undefined: the destination is on the link. */
  readonly gateway: string | undefined;
}

export interface PrefixRoute<T> {
  readonly prefix: string;
  readonly to: T;
}

/** Destinations by where they go: longer prefixes take theirs from shorter ones, equal ones share. */
export function byLongestPrefix<T>(
  routes: readonly PrefixRoute<T>[],
  space: AddressSpace,
): readonly { readonly destinations: Intervals; readonly to: T }[] {
  const lengths = Map.groupBy(routes, ({ prefix }) => prefixLengthOf(prefix));
  let rest = space.all;
  const result: { destinations: Intervals; to: T }[] = [];
  for (const [, group] of [...lengths].sort((a, b) => b[0] - a[0])) {
    const taken: Intervals[] = [];
    for (const { prefix, to } of group) {
      const destinations = intersect(space.of(prefix), rest);
      if (isEmpty(destinations)) continue;
      taken.push(destinations);
      result.push({ destinations, to });
    }
    rest = subtract(rest, unite(...taken));
  }
  return result;
}

type Target = Pick<Way, "interface" | "gateway">;

function hostRoutes(node: Node, space: AddressSpace): readonly PrefixRoute<Target>[] {
  const connected = node.legs.flatMap((leg) =>
    [
      ...(speaksOnLegs(node, space) ? leg.addresses : []),
      ...(leg.privateNetwork === undefined ? leg.beyond : []),
    ].map((prefix) => ({ prefix, to: { interface: leg.interface, gateway: undefined } })),
  );
  const given = node.routes
    .filter((route) => route.incoming === undefined)
    .map(({ destination, gateway, interface: name }) => ({
      prefix: destination,
      to: { interface: name, gateway },
    }));
  return [...connected, ...given].filter(({ prefix }) => familyOf(prefix) === space.family);
}

/** Routes of a table of its own, for what comes in by one interface. */
function routesFrom(
  node: Node,
  incoming: string | undefined,
  space: AddressSpace,
): readonly PrefixRoute<Target>[] {
  return node.routes
    .filter((route) => incoming !== undefined && route.incoming === incoming)
    .map(({ destination, gateway, interface: name }) => ({
      prefix: destination,
      to: { interface: name, gateway },
    }))
    .filter(({ prefix }) => familyOf(prefix) === space.family);
}

function speaksOnLegs(node: Node, space: AddressSpace): boolean {
  return node.speaks[space.family];
}

/** Ways of what came in by an interface, or of what the machine sends itself. */
export function waysOf(node: Node, incoming: string | undefined, space: AddressSpace): readonly Way[] {
  const first = byLongestPrefix(routesFrom(node, incoming, space), space);
  const asked = unite(...first.map(({ destinations }) => destinations));
  const others = byLongestPrefix(hostRoutes(node, space), space).flatMap(({ destinations, to }) => {
    const rest = subtract(destinations, asked);
    return isEmpty(rest) ? [] : [{ destinations: rest, to }];
  });
  const groups = Map.groupBy([...first, ...others], ({ to }) => `${to.interface} ${to.gateway ?? ""}`);
  return [...groups.values()].map((group) => ({
    destinations: unite(...group.map(({ destinations }) => destinations)),
    interface: group[0]?.to.interface ?? "",
    gateway: group[0]?.to.gateway,
  }));
}

/** Sources that the machine would answer by an interface: it has some route there by it, and they are not its own addresses on it. */
export function wayBackOf(node: Node, name: string, space: AddressSpace): Intervals {
  const routes = hostRoutes(node, space).filter(({ to }) => to.interface === name);
  const reached = unite(...routes.map(({ prefix }) => space.of(prefix)));
  return subtract(reached, unite(...ownAddressesOn(node, name).map((address) => space.of(address))));
}

/** A node's own and virtual addresses on one interface, without prefix. */
export function ownAddressesOn(node: Node, name: string): readonly string[] {
  return [
    ...node.legs
      .filter((leg) => leg.interface === name)
      .flatMap((leg) => [...leg.addresses, ...leg.virtualAddresses]),
    ...(node.publicInterface?.interface === name ? node.publicInterface.addresses : []),
  ].map(withoutPrefix);
}

export function ownAddresses(node: Node): readonly string[] {
  return [
    ...node.legs.flatMap((leg) => [...leg.addresses, ...leg.virtualAddresses]),
    ...(node.publicInterface?.addresses ?? []),
  ].map(withoutPrefix);
}

export function withoutPrefix(address: string): string {
  return address.split("/")[0] as string;
}
