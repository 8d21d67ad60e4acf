/** A zone's ways in and out: its load balancer before the proxies of both zones, and its public gateway behind egress. */
import type { ZoneKey } from "../estate/estate.ts";
import { proxyHealthPort, proxyPort } from "./intents.ts";
import type { Layout } from "./layout.ts";
import { legAddress } from "./layout.ts";
import type { GatewayPlan, LoadBalancerPlan } from "./plan.ts";
import { tagsOf } from "./tags.ts";

/** Key of the one frontend of every load balancer. */
export const frontendKey = "https";

/**
 * Backend servers are the proxies of both zones: a load balancer that outlives its zone's proxies still serves.
 * Three refusals two seconds apart take a proxy out in about seven seconds; the provider's defaults take minutes.
 */
export function loadBalancerPlan(layout: Layout, zoneKey: ZoneKey): LoadBalancerPlan | undefined {
  const { estate } = layout;
  if (estate.platform.loadBalancer === undefined) return undefined;
  const { organisation, zones } = estate.organisation;
  const key = `load-balancer-${zoneKey}`;
  const proxies = layout.inventory.servers.filter(({ role }) => role === "proxy");
  const name = `${organisation}-${key}`;
  return {
    key,
    name,
    zone: zones[zoneKey],
    type: estate.platform.loadBalancer.type,
    publicAddress: `load-balancer.${zoneKey}`,
    privateNetwork: "ingress",
    reservation: `ingress.${key}`,
    backends: [
      {
        key: "proxies",
        name: `${name}-proxies`,
        forwardPort: proxyPort,
        serverAddresses: proxies.map((proxy) => legAddress(layout, proxy, "ingress")),
        healthCheck: { port: proxyHealthPort, delaySeconds: 2, timeoutSeconds: 1, maxRetries: 3 },
      },
    ],
    frontends: [{ key: frontendKey, name: `${name}-${frontendKey}`, inboundPort: 443, backend: "proxies" }],
    tags: tagsOf(organisation, { role: "load-balancer", zone: zones[zoneKey] }),
  };
}

export function gatewayPlan(layout: Layout, zoneKey: ZoneKey): GatewayPlan {
  const { organisation, zones } = layout.estate.organisation;
  const key = `gateway-${zoneKey}`;
  return {
    key,
    name: `${organisation}-${key}`,
    zone: zones[zoneKey],
    type: layout.estate.platform.gateway.type,
    publicAddress: `gateway.${zoneKey}`,
    privateNetwork: "egress",
    reservation: `egress.${key}`,
    tags: tagsOf(organisation, { role: "gateway", zone: zones[zoneKey] }),
  };
}
