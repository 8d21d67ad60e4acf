/** Declarations that nobody needs: for who is not there, or that another covers. */
import type { Permission } from "../permissions.ts";
import { placesOf } from "../places.ts";
import type { Check, Found, Subject } from "./check.ts";

export const idleDeclaration: Check = {
  name: "idle-declaration",
  severity: "warning",
  why: "a permission for nobody is there for whoever comes next, reviewed for somebody else",
  remedy: "remove it, or add what it is for",
  find: (subject) => {
    const declared = subject.permissions.filter(
      ({ kind }) => kind === "flow" || kind === "baseline" || kind === "exposure",
    );
    return [...forNobody(subject, declared), ...covered(declared)];
  },
};

function forNobody({ network, sites }: Subject, declared: readonly Permission[]): readonly Found[] {
  const places = placesOf(network, sites);
  const outside = new Set(places.filter(({ kind }) => kind !== "private-network").map(({ name }) => name));
  const nameOf = new Map(network.privateNetworks.map(({ key, name }) => [key, name]));
  const peopled = new Set<string>();
  const workloads = new Set<string>();
  for (const { legs, workload } of network.nodes) {
    for (const { privateNetwork } of legs) {
      const name = nameOf.get(privateNetwork ?? "") ?? "";
      peopled.add(name);
      if (workload !== undefined) workloads.add(`${name} ${workload}`);
    }
  }
  const isThere = (place: string, party: Permission["sender"]): boolean =>
    outside.has(place) ||
    (party?.kind === "workload" ? workloads.has(`${place} ${party.name}`) : peopled.has(place));
  return declared.flatMap(({ key, from, to, sender, receiver, declaredBy, owner }) => {
    const missing = [
      ...(isThere(from, sender) ? [] : [`nobody is ${sender?.name ?? from}`]),
      ...(isThere(to, receiver) ? [] : [`nobody is ${receiver?.name ?? to}`]),
    ];
    return missing.length === 0
      ? []
      : [{ at: key, what: `declared by ${declaredBy}: ${missing.join(", ")} (owner ${owner})` }];
  });
}

function covered(declared: readonly Permission[]): readonly Found[] {
  const byPlaces = Map.groupBy(declared, ({ from, to, protocol }) => `${from} ${to} ${protocol}`);
  return [...byPlaces.values()].flatMap((group) =>
    group.flatMap((each, index) => {
      const wider = group.find(
        (other, at) => other !== each && covers(other, each) && (!covers(each, other) || at < index),
      );
      if (wider === undefined) return [];
      return [
        {
          at: each.key,
          what: `declared by ${each.declaredBy}: ${wider.key} of ${wider.declaredBy} permits it already`,
        },
      ];
    }),
  );
}

function covers(wide: Permission, narrow: Permission): boolean {
  const holds = (side: "sender" | "receiver"): boolean =>
    wide[side] === undefined || JSON.stringify(wide[side]) === JSON.stringify(narrow[side]);
  return wide.first <= narrow.first && narrow.last <= wide.last && holds("sender") && holds("receiver");
}
