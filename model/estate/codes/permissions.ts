/** Problems of what is permitted: flows, exposures, access. */
import type { CodeEntry } from "./entry.ts";
import { error, warning } from "./entry.ts";

export const permissions = {
  "FLOW-001": error(
    "flow without a reason or an owner",
    "`why` (8 to 300 characters) and `owner` (a team)",
    "say why the flow exists and who answers for it: a flow without them is refused",
  ),
  "FLOW-002": error(
    "unknown end `to`",
    "a network or workload of any application, a site, or egress",
    "correct the name",
  ),
  "FLOW-003": error(
    "unknown end `from`",
    "a network or workload of this application, or a site",
    "correct the name; a flow is declared by the application that it leaves",
  ),
  "FLOW-004": error(
    "flow that does not say where it comes from",
    "`from`, where the application has not exactly one network",
    "add `from`",
  ),
  "FLOW-005": error(
    "flow inside one network",
    "ends on two networks",
    "remove the flow: nothing filters inside a private network; or move one end to a network of its own",
  ),
  "FLOW-006": error(
    "flow declared twice",
    "one flow for the same ends, protocol and ports",
    "keep one of them, with the reason that holds",
  ),
  "FLOW-007": error(
    "flow to a network of the platform",
    "egress alone among the platform's networks",
    "remove the flow: transit, admin, ingress and vpn are opened by the plan only, for what services and groups declare",
  ),
  "FLOW-008": error(
    "port range the wrong way round or beyond 65535",
    "`first-last` with 1 ≤ first < last ≤ 65535",
    "correct the range; write a single port as a number",
  ),
  "FLOW-009": error(
    "flow of nearly every port",
    "ranges of 16384 ports at most (the dynamic range 49152-65535 is the widest that a protocol needs)",
    "name the ports that the application needs",
  ),
  "FLOW-010": error(
    "flow past its day",
    "a day that is not past",
    "remove the flow, or renew it with its owner's agreement",
  ),
  "FLOW-011": error("day that does not exist", "a day of the calendar, YYYY-MM-DD", "correct the day"),
  "FLOW-012": warning(
    "flow to a port that no service serves",
    "ports of a service of the target",
    "declare the service or correct the port: the flow opens what nothing answers",
  ),
  "FLOW-013": error(
    "flow to egress without egress servers",
    "an `egress` part in platform.yaml",
    "add the part, with the services that applications need",
  ),
  "FLOW-014": error(
    "flow from a site to another application",
    "a network or workload of the application that declares the flow",
    "declare the flow in the application that it enters",
  ),
  "EXPO-001": error(
    "public service without a way in",
    "a loadBalancer and proxies in platform.yaml",
    "add both parts, or expose the service otherwise",
  ),
  "EXPO-002": error(
    "service for the VPN without an access pair",
    "firewalls.access in platform.yaml",
    "add the pair, or expose the service otherwise",
  ),
  "EXPO-003": error(
    "public UDP service without an edge pair",
    "firewalls.edge in platform.yaml: a load balancer carries TCP only",
    "add the pair, or expose the service otherwise",
  ),
  "EXPO-004": error(
    "Edge Services for what is not a public TCP service",
    "services with exposure: public and protocol: tcp",
    "remove the entry or publish the service",
  ),
  "EXPO-005": error(
    "two public UDP services on one port",
    "a public UDP port for one service: the edge's address has each port once",
    "give one of them another port",
  ),
  "ACCESS-001": error(
    "access group without an access pair",
    "firewalls.access in platform.yaml",
    "add the pair or remove the group",
  ),
  "ACCESS-002": error(
    "group for an application that has nothing for the VPN",
    "applications with a service of exposure: vpn",
    "expose a service to the VPN or remove the application from the group",
  ),
  "ACCESS-003": error(
    "site without an access pair",
    "firewalls.access in platform.yaml: it holds the sites' tunnels",
    "add the pair or remove the site",
  ),
} as const satisfies Record<string, CodeEntry>;
