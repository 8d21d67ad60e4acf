/**
 * The words that several entities of an estate share: names, zones, offers, ports, owners.
 * One source of shape: the parser, the TypeScript types and the editor's JSON Schema all come from these definitions.
 */
import { z } from "zod";

/**
 * A mnemonic name, unique among entities of its kind: lower-case letters, digits and single hyphens, 2 to 40 characters.
 * It becomes part of logical names, so changing it after deployment replaces what it names.
 */
export const name = z
  .string()
  .regex(
    /^[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*$/,
    "lower-case letters, digits and single hyphens, starting with a letter",
  )
  .min(2)
  .max(40);

/** One line of prose for a reader: why something exists. */
export const sentence = z.string().trim().min(8).max(300);

/** Who answers for an entity: a team, never a person. */
export const owner = z.string().trim().min(2).max(80);

/** The two deployment zones, by their key in the estate; `organisation.zones` maps them to Availability Zones. */
export const zoneKeys = ["par-1", "par-2"] as const;
export const zoneKey = z.enum(zoneKeys);
export type ZoneKey = (typeof zoneKeys)[number];

/** How many servers in each zone; a zone that is not written has none. */
export const countByZone = z
  .strictObject({ "par-1": z.int().min(0).max(200).default(0), "par-2": z.int().min(0).max(200).default(0) })
  .meta({ id: "countByZone" });

export const port = z.int().min(1).max(65535);

/** A port, or a range written `first-last` (both included). */
export const portRange = z.union([
  port,
  z.string().regex(/^\d{1,5}-\d{1,5}$/, "a port or a range `first-last`"),
]);

export const protocol = z.enum(["tcp", "udp"]);

/** A calendar day, `YYYY-MM-DD`. */
export const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "a day written YYYY-MM-DD");

/** An IPv4 prefix in CIDR form, host bits zero. */
export const cidr4 = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, "an IPv4 prefix such as 10.0.0.0/16");

/** A host name label below the organisation's DNS zone, or `@` for the zone itself. */
export const hostLabel = z
  .string()
  .regex(
    /^(@|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*)$/,
    "labels below the domain, such as www, or @",
  );

/** Where a service may be reached from. `none`: only by declared flows. */
export const exposures = ["public", "vpn", "internal", "none"] as const;

/** How an application comes back when a zone is lost. */
export const recoveryClasses = ["active-active", "warm-standby", "cold"] as const;
