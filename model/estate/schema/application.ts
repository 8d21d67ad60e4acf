/** `applications/<name>.yaml`: one application, its networks, workloads, services, data and flows. */
import { z } from "zod";
import {
  cidr4,
  countByZone,
  day,
  exposures,
  hostLabel,
  name,
  owner,
  port,
  portRange,
  protocol,
  recoveryClasses,
  sentence,
} from "./common.ts";

/** A private network of the application. Most applications have one; tiers that must be apart have their own. */
const network = z.strictObject({
  name,
  prefixLength: z
    .int()
    .min(20)
    .max(29)
    .optional()
    .describe("size; Scaleway takes /20 to /29. Changing it replaces the network"),
  cidr: cidr4.optional().describe("a fixed prefix, for what exists already; else the plan allocates one"),
});

const members = {
  name,
  network: name,
  count: countByZone.optional().describe("servers (or guests) in each zone; default one a zone"),
  sustains: z
    .int()
    .min(0)
    .default(0)
    .describe("simultaneous users that one member carries; 0: not on the users' path"),
  why: sentence.optional(),
};

/** Servers that run the application. Adding or removing members never touches the others. */
const workload = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("bare-metal"),
    ...members,
    offer: z.string().min(2),
    os: z.string().min(2).optional(),
  }),
  z.strictObject({
    kind: z.literal("instance"),
    ...members,
    offer: z.string().min(2),
    os: z.string().min(2).optional(),
  }),
  z.strictObject({
    kind: z.literal("guest"),
    ...members,
    hypervisors: name.describe("the hypervisors that carry it; same trust class"),
    memoryGiB: z.int().min(1).max(512),
    os: z.string().min(2).optional(),
    vendor: z.string().min(2).max(80).optional().describe("set when a vendor installs and maintains it"),
  }),
]);

/** What people or other applications call, with its address and its health check. */
const service = z.strictObject({
  name,
  workload: name,
  protocol: protocol.default("tcp"),
  port,
  exposure: z.enum(exposures),
  hostname: hostLabel
    .optional()
    .describe("label below the organisation's domain; default the service's name"),
  health: z.string().regex(/^\//, "a path that starts with /").default("/health"),
  why: sentence.optional(),
});

/** Data kept by the application. Stateful: protected against deletion. */
const data = z.strictObject({
  name,
  kind: z.enum(["postgresql", "mariadb", "redis", "files", "bucket"]),
  workload: name.optional().describe("the workload that holds it; none for a bucket"),
  rpoSeconds: z.int().min(0).describe("what may be lost; 0 asks for synchronous replication"),
  backup: name.optional(),
  retentionDays: z.int().min(1).optional().describe("erased after that many days"),
  personal: z.enum(["none", "personal", "sensitive"]).default("none"),
});

/** A reviewed permission. Everything without one is denied. */
export const flow = z.strictObject({
  from: name
    .optional()
    .describe("a network or workload of this application, or a site; default its only network"),
  to: name.describe("a network or workload of any application, hypervisors' own network, a site, or egress"),
  protocol: protocol.default("tcp"),
  ports: z.array(portRange).min(1),
  why: sentence,
  owner,
  expires: day.optional(),
});

export const application = z
  .strictObject({
    application: name,
    title: z.string().min(2).max(120),
    owner,
    trustClass: name,
    criticality: z.enum(["vital", "important", "standard"]),
    recovery: z.enum(recoveryClasses),
    rtoMinutes: z.int().min(1).optional(),
    users: z.int().min(0).default(0).describe("people who use it"),
    peak: z.int().min(0).default(0).describe("simultaneous users at its peak, before growth"),
    networks: z.array(network).min(1),
    workloads: z.array(workload).default([]),
    services: z.array(service).default([]),
    data: z.array(data).default([]),
    flows: z.array(flow).default([]),
  })
  .meta({ id: "application" });

/** `defaults.yaml`: the only level above an entity. */
export const defaults = z
  .strictObject({
    prefixLength: z.int().min(20).max(29).default(26).describe("size of a private network that names none"),
    os: z.string().min(2).default("debian-12"),
    rtoMinutes: z.strictObject({ vital: z.int(), important: z.int(), standard: z.int() }),
    flows: z
      .array(flow.omit({ from: true }))
      .default([])
      .describe("baseline flows from every application's network, e.g. to the resolver"),
  })
  .meta({ id: "defaults" });

/** `access.yaml`: people, by group, and the applications that they may reach through the VPN. */
export const access = z
  .strictObject({
    groups: z.array(
      z.strictObject({
        name,
        why: sentence,
        owner,
        people: z.int().min(1),
        applications: z.array(name).min(1),
      }),
    ),
  })
  .meta({ id: "access" });

/** `backups.yaml`: levels of backup that data may name. */
export const backups = z
  .strictObject({
    levels: z.array(
      z.strictObject({
        name,
        everyHours: z.int().min(1),
        keepDays: z.int().min(1),
        locked: z.enum(["locked", "unlocked"]),
        encrypted: z.literal("encrypted"),
      }),
    ),
  })
  .meta({ id: "backups" });

/** `sites.yaml`: other places joined by a site-to-site VPN. */
export const sites = z
  .strictObject({
    sites: z.array(
      z.strictObject({ name, why: sentence, owner, prefixes: z.array(cidr4).min(1), gateway: z.string() }),
    ),
  })
  .meta({ id: "sites" });
