/** Problems of addresses and quotas. */
import type { CodeEntry } from "./entry.ts";
import { error } from "./entry.ts";

export const addressing = {
  "ADDR-001": error("not an IPv4 prefix", "an IPv4 prefix, host bits zero", "correct the prefix"),
  "ADDR-002": error(
    "network outside the address space",
    "a prefix within organisation.yaml's addressSpace",
    "move the network or widen the space before anything is deployed",
  ),
  "ADDR-003": error("networks that overlap", "prefixes apart from each other", "move one of the two"),
  "ADDR-004": error(
    "clients' pool that overlaps",
    "pools apart from each other, from the address space and from sites",
    "move the pool: answers must come back through the zone that the client entered",
  ),
  "ADDR-005": error(
    "site's prefix that overlaps",
    "prefixes apart from the address space and from other sites",
    "renumber one of the two or translate at the site",
  ),
  "ADDR-006": error(
    "address space that is not private",
    "a prefix within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 (RFC 1918)",
    "choose private addresses",
  ),
  "ADDR-007": error("network of a size that Scaleway does not take", "/20 to /29", "choose another size"),
  "ADDR-008": error(
    "size that contradicts the prefix",
    "`prefixLength` or `cidr`, or both alike",
    "keep one of them",
  ),
  "ADDR-009": error(
    "gateway of a site that is no address",
    "the public IPv4 address of the site's gateway",
    "correct the address",
  ),
  "QUOTA-001": error("unknown quota", "a quota of the catalogue", "correct the name"),
} as const satisfies Record<string, CodeEntry>;
