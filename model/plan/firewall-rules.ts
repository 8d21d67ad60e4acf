/** Rules of a pair's members: forward by intents alone, pair of interfaces by pair of interfaces; both members' differ in nothing but addresses. */
import type { ZoneKey } from "../estate/estate.ts";
import { zoneKeys } from "../estate/estate.ts";
import { compareText } from "../estate/order.ts";
import type { PairSpec } from "./firewalls.ts";
import { preamble } from "./host-rules.ts";
import type { Layout } from "./layout.ts";
import { bastionAddresses, memberAddress } from "./layout.ts";
import type { Chain, Rule } from "./nft.ts";
import {
  accept,
  byInterfaces,
  counter,
  destination,
  drop,
  dropped,
  echoRequest,
  inFrom,
  jump,
  log,
  notDestination,
  noWayBack,
  outTo,
  portsTo,
  protocolIs,
  source,
  transaction,
} from "./nft.ts";
import type { Intent } from "./plan.ts";
import type { ServerSpec } from "./servers.ts";
import type { Permission } from "./translation.ts";
import { permissionsOf, sourcesOf } from "./translation.ts";
import { publicInterface, translations } from "./translation-rules.ts";

/** Tunnels of people and of sites, on the access pair. */
export const clientsInterface = "wg-clients";
export const sitesInterface = "wg-sites";
/** Where members answer each other, and where people's tunnels end. */
export const conntrackPort = 3780;
export const statePort = 7411;
export const tunnelPorts = { clients: 51820, sites: 51821 } as const;

interface Hop {
  readonly from: string;
  readonly to: string;
  readonly intent: Intent;
}

/** The interfaces by which an intent enters and leaves a pair; nothing where the pair is not on its way. */
function hopOf(layout: Layout, pair: PairSpec, intent: Intent): Hop | undefined {
  const { from, to } = intent;
  const transit = layout.interfaceOf("transit");
  const servesFrom = pair.networks.includes(from.privateNetwork);
  const servesTo = pair.networks.includes(to.privateNetwork);
  if (to.privateNetwork === "internet") {
    const out = layout.interfaceOf("egress");
    return servesFrom ? { from: layout.interfaceOf(from.privateNetwork), to: out, intent } : undefined;
  }
  if (to.privateNetwork === "admin" || from.privateNetwork === to.privateNetwork) return undefined;
  if (from.privateNetwork === "admin") {
    return servesTo
      ? { from: layout.interfaceOf("admin"), to: layout.interfaceOf(to.privateNetwork), intent }
      : undefined;
  }
  if (from.privateNetwork === "internet") {
    if (pair.kind === "edge")
      return {
        from: publicInterface,
        to: servesTo ? layout.interfaceOf(to.privateNetwork) : transit,
        intent,
      };
    return servesTo ? { from: transit, to: layout.interfaceOf(to.privateNetwork), intent } : undefined;
  }
  if (!servesFrom && !servesTo) return undefined;
  return {
    from: servesFrom ? sideOf(layout, intent, "from") : transit,
    to: servesTo ? sideOf(layout, intent, "to") : transit,
    intent,
  };
}

/** The interface of an intent's end; what comes out of a tunnel is on `vpn` by name and on the tunnel in fact. */
function sideOf(layout: Layout, intent: Intent, end: "from" | "to"): string {
  const { privateNetwork } = intent[end];
  if (privateNetwork !== "vpn") return layout.interfaceOf(privateNetwork);
  return intent.kind === "vpn" ? clientsInterface : sitesInterface;
}

/** The rules of one member. */
export function firewallRules(
  layout: Layout,
  server: ServerSpec,
  pair: PairSpec,
  intents: readonly Intent[],
): string {
  const zone = server.zoneKey as ZoneKey;
  const hops = intents.flatMap((intent) => hopOf(layout, pair, intent) ?? []);
  const onWire = hops.filter(({ from }) => from !== publicInterface);
  const fromInternet = hops.filter(({ from }) => from === publicInterface);
  const chains = chainsOf(layout, onWire);
  const forward: Rule[] = [
    ...preamble,
    ...(chains.length === 0 ? [] : [[byInterfaces(chains)]]),
    ...(fromInternet.length === 0 ? [] : [[inFrom(publicInterface), jump("internet")]]),
    ...dropped("forward"),
  ];
  const internet: Chain[] =
    fromInternet.length === 0
      ? []
      : [
          {
            name: "internet",
            rules: fromInternet.map(({ to, intent }) => [
              outTo(to),
              ...granted(layout, { intent, group: intent.group, intents: [intent] }),
            ]),
          },
        ];
  return transaction([
    {
      name: "antispoof",
      base: { type: "filter", hook: "prerouting", prio: -300, policy: "accept" },
      rules: antispoof(pair),
    },
    {
      name: "input",
      base: { type: "filter", hook: "input", prio: 0, policy: "drop" },
      rules: inputRules(layout, pair, zone),
    },
    { name: "forward", base: { type: "filter", hook: "forward", prio: 0, policy: "drop" }, rules: forward },
    {
      name: "output",
      base: { type: "filter", hook: "output", prio: 0, policy: "drop" },
      rules: outputRules(layout, pair, zone),
    },
    ...chains.map(({ chain, rules }): Chain => ({ name: chain, rules })),
    ...internet,
    ...translations(layout, server, pair, fromInternet),
  ]);
}

/** A leg takes sources of its own subnet alone; a public interface has the whole internet behind it. */
function antispoof(pair: PairSpec): Rule[] {
  const test: Rule = [inFrom("pn-*"), noWayBack, counter, log("spoofed"), drop];
  return pair.kind === "access" ? [test, [inFrom("wg-*"), noWayBack, counter, log("spoofed"), drop]] : [test];
}

function chainsOf(
  layout: Layout,
  hops: readonly Hop[],
): { readonly from: string; readonly to: string; readonly chain: string; readonly rules: readonly Rule[] }[] {
  const groups = Map.groupBy(hops, ({ from, to }) => `${from}-to-${to}`);
  return [...groups]
    .sort((a, b) => compareText(a[0], b[0]))
    .map(([chain, list]) => ({
      from: list[0]?.from ?? "",
      to: list[0]?.to ?? "",
      chain,
      rules: permissionsOf(list.map(({ intent }) => intent)).map(
        (permission): Rule => [source(sourcesOf(layout, permission)), ...granted(layout, permission)],
      ),
    }));
}

/** Where to, by which ports: the rest of a rule that lets a new connection through. */
function granted(layout: Layout, { intent, group }: Permission): Rule {
  const to =
    intent.to.privateNetwork === "internet"
      ? notDestination(layout.estate.organisation.addressSpace)
      : destination(intent.to.addresses);
  return [to, portsTo(intent.protocol, intent.ports), counter, log(group), accept];
}

function other(zone: ZoneKey): ZoneKey {
  return zoneKeys.find((key) => key !== zone) as ZoneKey;
}

/** Administration from bastions; election, synchronisation and state from the peer; tunnels where people come in. */
function inputRules(layout: Layout, pair: PairSpec, zone: ZoneKey): Rule[] {
  const transit = layout.interfaceOf("transit");
  const admin = layout.interfaceOf("admin");
  const peer = [memberAddress(layout, pair, other(zone), "transit")];
  const peerOnAdmin = [memberAddress(layout, pair, other(zone), "admin")];
  const tunnels: Rule[] =
    pair.kind === "access"
      ? [[inFrom(publicInterface), portsTo("udp", Object.values(tunnelPorts).map(String)), counter, accept]]
      : [];
  return [
    [inFrom("lo"), accept],
    // The peer's election and state are spoken both ways at once: neither side's packets follow the other's connection.
    [inFrom(transit), source(peer), protocolIs("vrrp"), counter, accept],
    [inFrom(transit), source(peer), portsTo("udp", [String(conntrackPort)]), counter, accept],
    ...preamble,
    [
      inFrom(admin),
      source(bastionAddresses(layout)),
      portsTo("tcp", ["22"]),
      counter,
      log("bastions:admin:tcp:22"),
      accept,
    ],
    [inFrom(admin), source(peerOnAdmin), portsTo("tcp", [String(statePort)]), counter, accept],
    [inFrom(admin), source(peerOnAdmin), echoRequest, counter, accept],
    ...tunnels,
    ...dropped("input"),
  ];
}

function outputRules(layout: Layout, pair: PairSpec, zone: ZoneKey): Rule[] {
  const transit = layout.interfaceOf("transit");
  const admin = layout.interfaceOf("admin");
  const peer = [memberAddress(layout, pair, other(zone), "transit")];
  const peerOnAdmin = [memberAddress(layout, pair, other(zone), "admin")];
  return [
    [outTo("lo"), accept],
    [outTo(transit), destination(peer), protocolIs("vrrp"), counter, accept],
    [outTo(transit), destination(peer), portsTo("udp", [String(conntrackPort)]), counter, accept],
    ...preamble,
    [outTo(admin), destination(peerOnAdmin), portsTo("tcp", [String(statePort)]), counter, accept],
    [outTo(admin), destination(peerOnAdmin), echoRequest, counter, accept],
    ...dropped("output"),
  ];
}
