/** Routes that lead round the firewalls: the next hop is not the pair of the network that they leave by. */

import { familyOf } from "../addresses.ts";
import { ownAddresses } from "../routes.ts";
import type { Check, Found, Subject } from "./check.ts";

export const routeAround: Check = {
  name: "route-around",
  severity: "error",
  why: "what is handed to another than the network's firewall pair is decided by no rule of the estate",
  remedy: "take the pair's address that moves between its members as next hop, or remove the route",
  find: (subject) => [...hostRoutes(subject), ...vpcRoutes(subject)],
};

function hostRoutes(subject: Subject): readonly Found[] {
  const pairs = pairsOf(subject);
  const gateways = new Set(
    subject.network.nodes.filter(({ kind }) => kind === "gateway").flatMap((node) => ownAddresses(node)),
  );
  return subject.network.nodes.flatMap((node) =>
    node.routes.flatMap(({ destination, gateway, interface: name }) => {
      const leg = node.legs.find((each) => each.interface === name);
      if (gateway === undefined || leg?.privateNetwork === undefined) return [];
      const pair = pairs.get(`${leg.privateNetwork} ${familyOf(gateway)}`);
      if (pair?.addresses.has(gateway) === true) return [];
      // Pairs hand each other what one member alone ends, a tunnel's; the one that leads out hands it to Scaleway's gateway.
      const isOfPairs = subject.model.routers.has(node.key) && pair?.keys.has(node.key) === true;
      if (isOfPairs && (pair.members.has(gateway) || gateways.has(gateway))) return [];
      const alone = pair?.members.has(gateway) === true ? ({ severity: "warning" } as const) : {};
      const what = `its route to ${destination} leads to ${gateway} on ${leg.privateNetwork}, ${nextHopText(subject, gateway)}`;
      return [{ at: node.key, what, resource: node.origin.resource, ...alone }];
    }),
  );
}

function vpcRoutes(subject: Subject): readonly Found[] {
  const pairs = [...pairsOf(subject).values()];
  return subject.network.vpcs.flatMap(({ key, routes }) =>
    routes.flatMap(({ destination, nextHop, origin }) => {
      const toPair = pairs.some(
        ({ addresses, members }) => addresses.has(nextHop ?? "") || members.has(nextHop ?? ""),
      );
      if (toPair) return [];
      const what = `its route to ${destination} leads to ${nextHop ?? "an address that is not known"}, ${nextHopText(subject, nextHop)}`;
      return [{ at: key, what, resource: origin.resource }];
    }),
  );
}

interface Pair {
  /** Addresses that move between the members. */
  readonly addresses: ReadonlySet<string>;
  /** Every address of the members. */
  readonly members: ReadonlySet<string>;
  readonly keys: ReadonlySet<string>;
}

/** Pairs by private network and family. */
function pairsOf({ network: { nodes }, model }: Subject): ReadonlyMap<string, Pair> {
  const all = nodes
    .filter(({ key }) => model.routers.has(key))
    .flatMap((node) =>
      node.legs.flatMap((leg) =>
        leg.virtualAddresses.map((address) => ({ node, leg, address, family: familyOf(address) })),
      ),
    );
  const groups = Map.groupBy(all, ({ leg, family }) => `${leg.privateNetwork ?? ""} ${family}`);
  return new Map(
    [...groups].map(([key, group]) => [
      key,
      {
        addresses: new Set(group.map(({ address }) => address)),
        members: new Set(group.flatMap(({ node }) => ownAddresses(node))),
        keys: new Set(group.map(({ node }) => node.key)),
      },
    ]),
  );
}

function nextHopText({ network: { nodes } }: Subject, address: string | undefined): string {
  const holder = nodes.find((node) => address !== undefined && ownAddresses(node).includes(address));
  return holder === undefined
    ? "which nobody here has: the router of the VPC, if anybody"
    : `which is ${holder.key}`;
}
