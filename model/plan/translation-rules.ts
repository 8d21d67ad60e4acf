/** Where a firewall rewrites addresses: at the way out, and where datagrams come in from the internet. */
import type { PairSpec } from "./firewalls.ts";
import type { Layout } from "./layout.ts";
import { exitPair, legAddress } from "./layout.ts";
import type { Chain, Rule } from "./nft.ts";
import {
  counter,
  destination,
  inFrom,
  masquerade,
  notDestination,
  notSource,
  outTo,
  portsTo,
  source,
  translateTo,
} from "./nft.ts";
import type { Intent } from "./plan.ts";
import type { ServerSpec } from "./servers.ts";

/** Scaleway's Instances name their public interface so; private ones are renamed. */
export const publicInterface = "en*";

/** An intent of the internet's, and the interface by which it leaves the member towards its server. */
export interface Entry {
  readonly intent: Intent;
  readonly to: string;
}

/** The way out takes the member's own egress address; the way in for datagrams leads to the application's server in the same zone. */
export function translations(
  layout: Layout,
  server: ServerSpec,
  pair: PairSpec,
  entering: readonly Entry[],
): Chain[] {
  const { addressSpace } = layout.estate.organisation;
  const exits: Rule[] =
    exitPair(layout).key === pair.key
      ? [
          [
            outTo(layout.interfaceOf("egress")),
            source([layout.cidrOf("egress")]),
            notDestination(addressSpace),
            counter,
            masquerade,
          ],
        ]
      : [];
  const entries = entering.map(({ intent }) => ({ intent, target: nearest(layout, server, intent) }));
  const arrivals = entries.map(
    ({ intent, target }): Rule => [
      inFrom(publicInterface),
      portsTo(intent.protocol, intent.ports),
      counter,
      translateTo(target),
    ],
  );
  const departures = entering.map(
    ({ to, intent }): Rule => [
      outTo(to),
      notSource(addressSpace),
      destination(intent.to.addresses),
      portsTo(intent.protocol, intent.ports),
      counter,
      masquerade,
    ],
  );
  return [
    ...(arrivals.length === 0
      ? []
      : [
          {
            name: "arrivals",
            base: { type: "nat", hook: "prerouting", prio: -100, policy: "accept" },
            rules: arrivals,
          } as const,
        ]),
    ...(exits.length + departures.length === 0
      ? []
      : [
          {
            name: "departures",
            base: { type: "nat", hook: "postrouting", prio: 100, policy: "accept" },
            rules: [...exits, ...departures],
          } as const,
        ]),
  ];
}

/** The receiver in the member's own zone, else the first: a zone stands by itself as far as it can. */
function nearest(layout: Layout, { zoneKey }: ServerSpec, intent: Intent): string {
  const { servers, guests } = layout.inventory;
  const network = intent.to.privateNetwork;
  const inZone = [
    ...servers
      .filter(
        (server) =>
          server.role === "fleet" && server.zoneKey === zoneKey && server.networks.includes(network),
      )
      .map((server) => legAddress(layout, server, network)),
    ...guests
      .filter((guest) => guest.zoneKey === zoneKey && guest.network === network)
      .map(({ key }) => layout.addresses.of(network, key)),
  ];
  return (
    intent.to.addresses.find((address) => inZone.includes(address)) ?? (intent.to.addresses[0] as string)
  );
}
