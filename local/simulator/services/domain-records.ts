import { isIPv4, isIPv6 } from "node:net";
import { type Dialect, projectOnly } from "../core/dialects.ts";
import {
  type ArgumentProblem,
  alreadyExists,
  invalidArgument,
  invalidArguments,
  plainNotFound,
} from "../core/errors.ts";
import { isBody, readCreation } from "../core/fields.ts";
import { type Answer, type Demand, defineKind } from "../core/kind.ts";
import { demand, type World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";

/** How a record answers by health, among `ips`; its `data` is the fallback when none is healthy. */
export interface HttpServiceConfig {
  ips: string[];
  must_contain: string | null;
  url: string;
  user_agent: string | null;
  strategy: "random" | "hashed" | "all";
}

export interface WeightedConfig {
  weighted_ips: { ip: string; weight: number }[];
}

export interface RecordBody {
  id: string;
  /** Relative to the zone, "" for the zone itself. */
  name: string;
  type: string;
  data: string;
  ttl: number;
  priority: number;
  updated_at: string;
  http_service_config?: HttpServiceConfig;
  weighted_config?: WeightedConfig;
}

type Zone = Resource<{ updated_at: string }>;
type DnsRecord = Resource<RecordBody>;

/** Domains and DNS answer whole seconds, and no time of creation. */
export const domainDialect: Dialect = {
  ...projectOnly,
  created: undefined,
  time: (milliseconds) => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z"),
};

export const nameServers: readonly string[] = ["ns0.dom.scw.cloud", "ns1.dom.scw.cloud"];

const types = new Set(
  "A AAAA CNAME TXT SRV TLSA MX NS PTR CAA ALIAS LOC SSHFP HINFO RP URI DS NAPTR DNAME SVCB HTTPS".split(" "),
);

/** Types whose data ends with a name, which is answered absolute. */
const targets = new Set(["ALIAS", "CNAME", "DNAME", "MX", "NS", "PTR", "SRV"]);

const configs = ["geo_ip_config", "http_service_config", "view_config", "weighted_config"] as const;

function makeRecord(world: World, zone: string, fields: Body): DnsRecord {
  return world.create("domain.record", demand("", fields, { dns_zone: zone }));
}

/** The records that every zone has from the start. */
export function makeNameServerRecords(world: World, zone: string): void {
  for (const server of nameServers)
    makeRecord(world, zone, { name: "", type: "NS", data: `${server}.`, ttl: 1800 });
}

function isFamily(type: string, address: unknown): boolean {
  return typeof address === "string" && (type === "A" ? isIPv4(address) : isIPv6(address));
}

/** What is wrong with the checked addresses of a record that answers by health. */
function httpServiceProblems(type: string, config: Body): [field: string, help: string][] {
  const problems: [string, string][] = [];
  const { ips, url, strategy } = config;
  if (!Array.isArray(ips) || ips.length === 0 || !ips.every((ip) => isFamily(type, ip))) {
    problems.push(["ips", `at least one address of the family of ${type}`]);
  }
  if (typeof url !== "string" || !/^https?:\/\/./.test(url)) problems.push(["url", "an HTTP or HTTPS URL"]);
  if (!["random", "hashed", "all"].includes(String(strategy)))
    problems.push(["strategy", "must be one of: random, hashed, all"]);
  return problems;
}

function problemsOf(world: World, said: Body): ArgumentProblem[] {
  const problems: ArgumentProblem[] = [];
  const wrong = (name: string, help: string) =>
    problems.push({ argument_name: name, reason: "constraint", help_message: help });
  const { type, data, ttl } = said;
  if (typeof type !== "string" || !types.has(type))
    return [{ argument_name: "type", reason: "constraint", help_message: "no such type" }];
  if (typeof data !== "string" || data.trim() === "") wrong("data", "required");
  else if ((type === "A" || type === "AAAA") && !isFamily(type, data))
    wrong("data", `${data} is no address of an ${type} record`);
  // The root is no host: only MX and SRV say "none" with it (RFC 7505, RFC 2782).
  else if (data.trim() === "." && targets.has(type) && type !== "MX" && type !== "SRV")
    wrong("data", `the root (.) is no target of ${type}`);
  const { leastDnsTtlSeconds } = world.options.assumptions;
  if (typeof ttl === "number" && ttl < leastDnsTtlSeconds) wrong("ttl", `at least ${leastDnsTtlSeconds}`);
  const given = configs.filter((name) => isBody(said[name]));
  for (const name of given.slice(1)) wrong(name, `a record has one of: ${configs.join(", ")}`);
  for (const name of given.filter(
    (config) => config === "http_service_config" || config === "weighted_config",
  )) {
    if (type !== "A" && type !== "AAAA") wrong(name, "for A and AAAA records");
  }
  if (isBody(said.http_service_config)) {
    for (const [field, help] of httpServiceProblems(type, said.http_service_config))
      wrong(`http_service_config.${field}`, help);
  }
  return problems;
}

/** The last word of the data as an absolute name. */
function absolute(data: string, zone: string): string {
  const words = data.split(/\s+/);
  const target = words.at(-1) as string;
  return [...words.slice(0, -1), target.endsWith(".") ? target : `${target}.${zone}.`].join(" ");
}

/** Data and priority as they are answered: TXT in quotes, MX with its priority, SRV with the priority of its data. */
function answered(
  type: string,
  text: string,
  priority: number,
  zone: string,
): { data: string; priority: number } {
  if (type === "TXT") return { data: text.startsWith('"') ? text : `"${text}"`, priority };
  const data = targets.has(type) ? absolute(text, zone) : text;
  const number = Number(/^(\d+)\s/.exec(data)?.[1] ?? Number.NaN);
  if (type === "MX")
    return Number.isNaN(number) ? { data: `${priority} ${data}`, priority } : { data, priority: number };
  return { data, priority: type === "SRV" && !Number.isNaN(number) ? number : priority };
}

/** A name relative to its zone, however it is said. */
function relative(name: string, zone: string): string {
  const bare = name.toLowerCase().replace(/\.$/, "");
  if (bare === "@" || bare === zone) return "";
  return bare.endsWith(`.${zone}`) ? bare.slice(0, -zone.length - 1) : bare;
}

/** Checks a record and puts it in the form that is answered. @throws 400, all that is wrong; 409 when it is there already */
function complete(world: World, { id, parent, body }: DnsRecord): void {
  const problems = problemsOf(world, body as unknown as Body);
  if (problems.length > 0) throw invalidArguments(problems);
  body.name = relative(body.name, parent);
  Object.assign(body, answered(body.type, body.data.trim(), body.priority, parent));
  for (const name of configs)
    if ((body as unknown as Body)[name] === null) delete (body as unknown as Body)[name];
  const others = world.store
    .list<RecordBody>({ kind: "domain.record", parent, name: body.name })
    .filter((other) => other.id !== id);
  const twin = others.find((other) => other.body.type === body.type && other.body.data === body.data);
  // Scaleway's own words for these two refusals are not recorded.
  if (twin) throw alreadyExists("record", twin.id, `${body.type} ${body.data} is there already`);
  if (others.some((other) => other.body.type === "CNAME" || body.type === "CNAME")) {
    throw invalidArgument("type", "a CNAME record stands alone at its name");
  }
}

/** What a request names: records by id, or all that match `id_fields`. @throws 404 for an id that is not in the zone */
function named(world: World, zone: Zone, change: Body): DnsRecord[] {
  if (typeof change.id === "string" && change.id !== "") {
    const found = world.store.get<RecordBody>(change.id, "domain.record");
    if (!found || found.parent !== zone.id) throw plainNotFound("record not found");
    return [found];
  }
  if (!isBody(change.id_fields)) throw invalidArgument("changes", "id or id_fields", "required");
  const { name, type, data, ttl } = change.id_fields;
  return world.store
    .list<RecordBody>({ kind: "domain.record", parent: zone.id, name: relative(String(name ?? ""), zone.id) })
    .filter(({ body }) => body.type === type)
    .filter(
      ({ body }) =>
        typeof data !== "string" || body.data === answered(body.type, data, body.priority, zone.id).data,
    )
    .filter(({ body }) => typeof ttl !== "number" || body.ttl === ttl);
}

function recordsIn(change: Body): Body[] {
  if (!Array.isArray(change.records) || !change.records.every(isBody))
    throw invalidArgument("records", "a list of records", "required");
  return change.records;
}

/** Puts `wanted` in the place of `held`, which keep their ids (recorded) as far as they go. */
function replace(world: World, zone: Zone, held: DnsRecord[], wanted: Body[]): DnsRecord[] {
  for (const surplus of held.slice(wanted.length)) world.remove(surplus);
  return wanted.map((fields, index) => {
    const before = held[index];
    if (!before) return makeRecord(world, zone.id, fields);
    // A record is replaced whole: what is not said is as in a new one.
    before.body = { id: before.id, ...readCreation(record.fields, fields) } as unknown as RecordBody;
    complete(world, before);
    world.keep(before);
    return before;
  });
}

function applied(world: World, zone: Zone, change: Body): DnsRecord[] {
  if (isBody(change.add)) return recordsIn(change.add).map((fields) => makeRecord(world, zone.id, fields));
  if (isBody(change.set)) return replace(world, zone, named(world, zone, change.set), recordsIn(change.set));
  if (isBody(change.delete)) {
    for (const found of named(world, zone, change.delete)) world.remove(found);
    return [];
  }
  if (isBody(change.clear)) {
    for (const found of world.store.list({ kind: "domain.record", parent: zone.id })) world.remove(found);
    makeNameServerRecords(world, zone.id);
    return [];
  }
  throw invalidArgument("changes", "one of: add, set, delete, clear", "required");
}

/** Records of a name under an owned domain make the zone of that name when there is none (recorded). */
function makeZone(world: World, name: string): void {
  if (world.store.get(name, "domain.zone")) return;
  const labels = name.split(".");
  const owned = labels
    .map((_, first) => labels.slice(first + 1).join("."))
    .find((domain) => world.store.get(domain, "domain.zone"));
  const root = owned === undefined ? undefined : world.store.get<{ domain: string }>(owned, "domain.zone");
  if (!root) return;
  const { domain } = root.body;
  const subdomain = name.slice(0, -domain.length - 1);
  world.create("domain.zone", demand("", { domain, subdomain, project_id: root.project }));
}

/** `PATCH …/records`: all changes or none, in order; the zone bears their time (recorded). */
function changeRecords(world: World, { input, params }: Demand): Answer {
  const name = params.dns_zone ?? "";
  if (input.disallow_new_zone_creation !== true) makeZone(world, name);
  const zone = world.require<{ updated_at: string }>("domain.zone", name, "");
  if (!Array.isArray(input.changes) || !input.changes.every(isBody))
    throw invalidArgument("changes", "a list of changes", "required");
  const changed = input.changes.flatMap((change) => applied(world, zone, change));
  world.keep(zone);
  const shown =
    input.return_all_records === true
      ? world.store.list({ kind: "domain.record", parent: zone.id })
      : changed;
  return { status: 200, body: { records: shown.map((one) => world.show(one)) } };
}

export const record = defineKind<RecordBody>({
  name: "domain.record",
  dialect: { ...domainDialect, project: undefined },
  collection: "/domain/v2beta1/dns-zones/:dns_zone/records",
  calls: ["list"],
  listKey: "records",
  localityFields: [],
  parent: { kind: "domain.zone", param: "dns_zone", onDeletion: "delete" },
  project: "parent",
  fields: {
    name: { type: "string" },
    type: { type: "string", required: true },
    data: { type: "string", required: true },
    ttl: { type: "integer", initial: 3600 },
    priority: { type: "integer" },
    comment: { type: "string", initial: null },
    geo_ip_config: { type: "object" },
    http_service_config: { type: "object" },
    view_config: { type: "object" },
    weighted_config: { type: "object" },
  },
  filters: {
    id: "id",
    name: ({ body, parent }, value) => body.name === relative(value, parent),
    type: ({ body }, value) => value === "unknown" || body.type === value,
  },
  quotas: [{ quota: "dnsRecordsPerZone", within: "parent" }],
  missing: () => plainNotFound("record not found"),
  prepare: (world, draft) => {
    complete(world, draft);
    draft.name = draft.body.name;
  },
  actions: [{ method: "PATCH", path: "", onCollection: true, run: changeRecords }],
});
