/** Problems of names: twice, reserved, undefined, unused. */
import type { CodeEntry } from "./entry.ts";
import { error } from "./entry.ts";

export const naming = {
  "NAME-001": error(
    "name used twice",
    "a name once among entities of its kind, in all applications",
    "rename one of the two",
  ),
  "NAME-002": error(
    "network and workload, site or hypervisors' network of one name",
    "a name that says which of them a flow means",
    "rename one of the two",
  ),
  "NAME-003": error(
    "reserved name",
    "any name but transit, admin, ingress, egress and vpn: they are the platform's networks",
    "rename it",
  ),
  "NAME-004": error(
    "host name used twice",
    "a host name for one service",
    "give one of the two another `hostname`",
  ),
  "NAME-005": error(
    "host name of a server too long",
    "`<estate>-<name>-par-1-<number>` within 63 characters (RFC 1035)",
    "shorten the name",
  ),
  "NAME-006": error(
    "host name that repeats the domain",
    "the part below the domain, or @ for the domain itself",
    "write only the part below the domain",
  ),
  "REF-001": error(
    "unknown trust class",
    "one of organisation.yaml's trustClasses",
    "declare the trust class or correct the name",
  ),
  "REF-002": error(
    "unknown network",
    "a network of the same application",
    "declare the network or correct the name",
  ),
  "REF-003": error(
    "unknown workload",
    "a workload of the same application",
    "declare the workload or correct the name",
  ),
  "REF-004": error(
    "unknown backup level",
    "one of backups.yaml's levels",
    "declare the level or correct the name",
  ),
  "REF-005": error(
    "unknown hypervisors",
    "one of hypervisors/*.yaml",
    "declare the hypervisors or correct the name",
  ),
  "REF-006": error("unknown application", "one of applications/*.yaml", "correct the name or remove it"),
  "REF-007": error("unknown service", "a service of some application", "correct the name or remove it"),
  "UNUSED-001": error(
    "network without a workload",
    "networks that a workload is on",
    "remove the network or put a workload on it",
  ),
  "UNUSED-002": error(
    "backup level that nothing uses",
    "levels that some data names",
    "remove the level or use it",
  ),
  "UNUSED-003": error(
    "hypervisors without guests",
    "hypervisors that some guest names",
    "remove them or give them guests",
  ),
  "UNUSED-004": error(
    "trust class that nothing uses",
    "trust classes of some application or hypervisors",
    "remove the class",
  ),
  "UNUSED-005": error(
    "site without a flow",
    "sites that some flow comes from or goes to",
    "remove the site or declare its flow",
  ),
  "UNUSED-006": error(
    "service for the VPN that nobody may reach",
    "services of an application that some group of access.yaml may reach",
    "add the application to a group or change the exposure",
  ),
  "UNUSED-007": error(
    "part of the platform that nothing needs",
    "proxies and load balancers for public services, an access pair for VPN services or sites",
    "remove the part",
  ),
} as const satisfies Record<string, CodeEntry>;
