import { ApiError, alreadyExists, invalidArgument, plainNotFound } from "../core/errors.ts";
import { type Answer, type Demand, defineKind, type Service } from "../core/kind.ts";
import { demand, type World } from "../core/world.ts";
import type { Resource } from "../store/store.ts";
import { domainDialect, makeNameServerRecords, nameServers, record } from "./domain-records.ts";

export interface ZoneBody {
  domain: string;
  /** "" for the root zone of the domain. */
  subdomain: string;
  updated_at: string;
}

/** Zones of private networks lie here (recorded); none is made by itself. */
const privateDomain = "privatedns";

/** A domain name of two labels or more, without the final dot. */
const domainName = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/;

function nameOf({ domain, subdomain }: Pick<ZoneBody, "domain" | "subdomain">): string {
  return subdomain === "" ? domain : `${subdomain}.${domain}`;
}

/**
 * DNS zones (v2beta1), known by their names. The registrar is not simulated: any domain is taken as owned, and its root
 * zone is there as soon as the domain is named.
 */
const zone = defineKind<ZoneBody>({
  name: "domain.zone",
  dialect: domainDialect,
  collection: "/domain/v2beta1/dns-zones",
  calls: ["create", "list"],
  listKey: "dns_zones",
  localityFields: [],
  fields: {
    domain: { type: "string", required: true },
    subdomain: { type: "string" },
  },
  filters: {
    domain: "domain",
  },
  indexed: { dns_zone: { id: true }, dns_zones: { id: true } },
  quotas: [{ quota: "dnsZones", within: "organization" }],
  // Recorded for zones of any depth, root zones included.
  missing: () => plainNotFound("subdomain not found"),
  prepare: (world, draft) => {
    const body = {
      ...draft.body,
      domain: draft.body.domain.toLowerCase(),
      subdomain: draft.body.subdomain.toLowerCase(),
    };
    const name = nameOf(body);
    if (!domainName.test(name)) throw invalidArgument("domain", `${name} is not a domain name`, "format");
    if (world.store.get(name, "domain.zone"))
      throw alreadyExists("dns_zone", name, `the zone ${name} exists already`);
    const hasRoot = body.domain === privateDomain || world.store.get(body.domain, "domain.zone");
    if (body.subdomain !== "" && !hasRoot) {
      world.create("domain.zone", demand("", { domain: body.domain, project_id: draft.project }));
    }
    // A zone has no id but its name, and answers none.
    const { id: _, ...answered } = body as ZoneBody & { id?: string };
    Object.assign(draft, { id: name, name, body: answered });
  },
  created: (world, { id }) => makeNameServerRecords(world, id),
  view: (_world, { body }) => {
    const inside = body.domain === privateDomain;
    const servers = inside ? ["ns0.privatedns", "ns1.privatedns"] : nameServers;
    return {
      ns: servers,
      ns_default: servers,
      ns_master: [],
      status: "active",
      message: null,
      linked_products: inside ? ["vpc"] : [],
    };
  },
  actions: [{ method: "DELETE", path: "", run: removeZone }],
});

function removeZone(world: World, request: Demand, found: Resource<ZoneBody>): Answer {
  if (found.body.subdomain === "") throw new ApiError(403, { message: "root zone can't be deleted" });
  world.remove(found, request);
  return { status: 200, body: {} };
}

/** The zone that serves a name: the one with the longest name among those it ends with. */
export function zoneOf(world: World, name: string): Resource<ZoneBody> | undefined {
  const labels = name.split(".");
  for (let first = 0; first < labels.length; first++) {
    const found = world.store.get<ZoneBody>(labels.slice(first).join("."), "domain.zone");
    if (found) return found;
  }
  return undefined;
}

export const domain: Service = { kinds: [zone, record] };
