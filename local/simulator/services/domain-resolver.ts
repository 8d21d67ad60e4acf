import { isIPv4 } from "node:net";
import { zones } from "../core/places.ts";
import type { World } from "../core/world.ts";
import type { Resource } from "../store/store.ts";
import { zoneOf } from "./domain.ts";
import type { RecordBody } from "./domain-records.ts";
import { originAddresses } from "./edge-origin.ts";
import { ipv4Number } from "./subnets.ts";

/** What a client's resolver gets for a name. */
export interface DnsAnswer {
  readonly name: string;
  readonly type: "A" | "AAAA";
  /** How the addresses are found; `none`: there is no such name. `edge-services`: those the pipeline leads to. */
  readonly kind: "plain" | "http-service" | "weighted" | "edge-services" | "none";
  readonly addresses: readonly string[];
  /** How long a client may go on with an answer it holds; 0 when there is none. */
  readonly ttlSeconds: number;
  /** How long Scaleway's name servers may go on with an address after its health changed; not waited for here. */
  readonly probeSeconds: number;
}

type Found = Pick<DnsAnswer, "kind" | "addresses" | "ttlSeconds">;

/** True for a zone that is lost. */
export type IsLost = (zone: string) => boolean;

const none: Found = { kind: "none", addresses: [], ttlSeconds: 0 };

/** Longest chain of CNAME and ALIAS records that is followed. */
const longestChain = 8;

/** The zone of a public address of ours, undefined for any other address. */
function zoneOfAddress(world: World, address: string): string | undefined {
  if (!isIPv4(address)) {
    // An IPv6 /64 tells its zone (public-addresses.ts).
    const block = /^2001:db8:([0-9a-f]+):/.exec(address)?.[1];
    return block === undefined ? undefined : zones[Number.parseInt(block, 16) - 1];
  }
  const number = ipv4Number(address);
  return zones.find((zone) => world.bookings.holder(`public ${zone}`, number, number) !== undefined);
}

function isHealthy(world: World, isLost: IsLost, address: string): boolean {
  const zone = zoneOfAddress(world, address);
  return zone === undefined || !isLost(zone);
}

/** Records of a name, else those of the wildcard beside it. */
function recordsOf(world: World, name: string): Resource<RecordBody>[] {
  const zone = zoneOf(world, name);
  if (!zone) return [];
  const relative = name === zone.id ? "" : name.slice(0, -zone.id.length - 1);
  const at = (held: string) =>
    world.store.list<RecordBody>({ kind: "domain.record", parent: zone.id, name: held });
  const exact = at(relative);
  return exact.length > 0 || relative === "" ? exact : at(relative.replace(/^[^.]+/, "*"));
}

function addressesOf(
  world: World,
  isLost: IsLost,
  { data, http_service_config, weighted_config }: RecordBody,
): string[] {
  if (http_service_config) {
    const healthy = http_service_config.ips.filter((ip) => isHealthy(world, isLost, ip));
    return healthy.length > 0 ? healthy : [data];
  }
  const weighted = weighted_config?.weighted_ips.filter(({ weight }) => weight > 0).map(({ ip }) => ip) ?? [];
  return weighted.length > 0 ? weighted : [data];
}

function kindOf(records: readonly RecordBody[]): Found["kind"] {
  if (records.some((record) => record.http_service_config)) return "http-service";
  return records.some((record) => record.weighted_config) ? "weighted" : "plain";
}

function find(world: World, isLost: IsLost, name: string, type: DnsAnswer["type"], left: number): Found {
  const records = recordsOf(world, name).map(({ body }) => body);
  const direct = records.filter((record) => record.type === type);
  if (direct.length > 0) {
    const addresses = direct.flatMap((record) => addressesOf(world, isLost, record));
    return {
      kind: kindOf(direct),
      addresses: [...new Set(addresses)],
      ttlSeconds: Math.min(...direct.map(({ ttl }) => ttl)),
    };
  }
  const alias = records.find((record) => record.type === "CNAME" || record.type === "ALIAS");
  if (alias && left > 0) {
    const found = find(world, isLost, alias.data.replace(/\.$/, ""), type, left - 1);
    return { ...found, ttlSeconds: found.kind === "none" ? 0 : Math.min(found.ttlSeconds, alias.ttl) };
  }
  const behind = originAddresses(world, name, type);
  return behind
    ? { kind: "edge-services", addresses: behind, ttlSeconds: world.options.assumptions.leastDnsTtlSeconds }
    : none;
}

/**
 * What a client's resolver gets now. The health of an `http_service` address is that of its zone: an address of a zone
 * that is lost fails its check at once; when all fail, the record's own data answers. Geographic records and views
 * answer their own data: the client is nowhere.
 */
export function resolveName(world: World, isLost: IsLost, name: string, type: DnsAnswer["type"]): DnsAnswer {
  const asked = name.toLowerCase().replace(/\.$/, "");
  const found = find(world, isLost, asked, type, longestChain);
  return { name: asked, type, ...found, probeSeconds: world.options.assumptions.dnsProbeSeconds };
}
