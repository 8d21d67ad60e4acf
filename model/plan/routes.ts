/** Static routes, all from the plan: a host has one default route, a firewall knows the pair behind which every network lies. */
import { zoneKeys } from "../estate/estate.ts";
import { sortedBy } from "../estate/order.ts";
import type { Layout } from "./layout.ts";
import { exitPair, memberAddress, virtualAddress } from "./layout.ts";
import type { ServerSpec } from "./servers.ts";

export interface Route {
  /** CIDR; `0.0.0.0/0` is the default route. */
  readonly destination: string;
  readonly gateway: string;
  /** Set where another default route must win. */
  readonly metric: number | undefined;
}

/** Behind the default route of a public interface: used for what enters by its own leg and for the reverse path test. */
const secondMetric = 2048;

const everywhere = "0.0.0.0/0";
const route = (destination: string, gateway: string): Route => ({ destination, gateway, metric: undefined });

/** Routes by the private network whose leg they go through, sorted by destination. */
export function routesOf(layout: Layout, server: ServerSpec): ReadonlyMap<string, readonly Route[]> {
  if (server.role === "bastion") return new Map([["admin", behindPairs(layout, "admin")]]);
  if (server.pair !== undefined) return firewallRoutes(layout, server);
  const [network = ""] = server.networks;
  const pair = layout.pairOf(network);
  if (pair === undefined) throw new Error(`no pair serves ${network}, where ${server.key} is`);
  return new Map([[network, [route(everywhere, virtualAddress(layout, pair, network))]]]);
}

/** Before the private path is proved, a bare-metal server answers the bastions over it and keeps its public default route. */
export function bootstrapRoutesOf(layout: Layout, server: ServerSpec): ReadonlyMap<string, readonly Route[]> {
  if (server.pair !== undefined) {
    return new Map(
      [...firewallRoutes(layout, server)].map(([network, routes]) => [
        network,
        routes.filter(({ destination }) => destination !== everywhere),
      ]),
    );
  }
  const [network = ""] = server.networks;
  const pair = layout.pairOf(network);
  if (pair === undefined) throw new Error(`no pair serves ${network}, where ${server.key} is`);
  return new Map([[network, [route(layout.cidrOf("admin"), virtualAddress(layout, pair, network))]]]);
}

/** Every network that some pair serves, through that pair's address on `via`. */
function behindPairs(layout: Layout, via: "admin" | "transit", except?: string): Route[] {
  const routes = layout.pairs
    .filter(({ key }) => key !== except)
    .flatMap((pair) =>
      pair.networks.map((network) => route(layout.cidrOf(network), virtualAddress(layout, pair, via))),
    );
  return sortedBy(routes, ({ destination }) => destination);
}

function firewallRoutes(layout: Layout, server: ServerSpec): ReadonlyMap<string, readonly Route[]> {
  const { pair, zoneKey } = server;
  if (pair === undefined || zoneKey === undefined) return new Map();
  const exit = exitPair(layout);
  const transit = [...behindPairs(layout, "transit", pair.key), ...tunnelRoutes(layout, pair.key)];
  if (pair.key === exit.key) {
    const gateway = layout.addresses.of("egress", `gateway-${zoneKey}`);
    const metric = pair.facesInternet ? secondMetric : undefined;
    return new Map([
      ["egress", [{ destination: everywhere, gateway, metric }]],
      ["transit", transit],
    ]);
  }
  // A member with a public address has its default route there: tunnels are answered the way they came.
  const fallback = pair.facesInternet ? [] : [route(everywhere, virtualAddress(layout, exit, "transit"))];
  return new Map([["transit", [...fallback, ...transit]]]);
}

/** A client's address names the zone it entered by, so that answers come back through the same member; a site's tunnel moves with the pair. */
function tunnelRoutes(layout: Layout, except: string): Route[] {
  const access = layout.pairs.find(({ kind }) => kind === "access");
  if (access === undefined || access.key === except) return [];
  const clients = zoneKeys.map((zone) =>
    route(layout.estate.organisation.clientPools[zone], memberAddress(layout, access, zone, "transit")),
  );
  const sites = layout.estate.sites.flatMap(({ prefixes }) =>
    prefixes.map((prefix) => route(prefix, virtualAddress(layout, access, "transit"))),
  );
  return sortedBy([...clients, ...sites], ({ destination }) => destination);
}
