/** `organisation.yaml`: the organisation, its zones, its address space and what Scaleway grants it. */
import { z } from "zod";
import { cidr4, name, owner, sentence, zoneKey } from "./common.ts";

/** Names of the quotas that an organisation declares as granted; every one that the plan needs must be there. */
const quotas = z
  .record(z.string(), z.int().min(0))
  .describe(
    "quotas granted by Scaleway, by name, e.g. privateNetworksPerBareMetal: 20, bareMetal/EM-B220E-NVME: 30",
  );

export const organisation = z
  .strictObject({
    organisation: name.describe("the estate's name; it prefixes every physical name and every stack"),
    title: z.string().min(2).max(120),
    description: sentence,
    region: z.literal("fr-par").describe("the only region with bare metal in two zones of France (2026-08)"),
    zones: z.strictObject({ "par-1": z.literal("fr-par-1"), "par-2": z.literal("fr-par-2") }),
    witnessZone: z.literal("fr-par-3").describe("sells Instances but no bare metal: the third vote only"),
    activeZone: zoneKey.describe("the zone that holds the writers before any switch"),
    domain: z
      .string()
      .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, "a domain name in lower case, such as town.example")
      .describe("DNS zone that holds every record"),
    addressSpace: cidr4.describe(
      "IPv4 space that all private networks are cut from; changing it replaces everything",
    ),
    clientPools: z
      .strictObject({ "par-1": cidr4, "par-2": cidr4 })
      .describe("VPN clients' addresses, one disjoint pool a zone, outside addressSpace"),
    peakUsers: z.int().min(1).describe("simultaneous users at the declared peak, before growth"),
    growth: z
      .number()
      .min(1)
      .max(20)
      .describe("what the peak is multiplied by; each zone alone must carry it"),
    trustClasses: z.array(name).min(1).describe("firewalls and hypervisors serve one trust class each"),
    quotas,
    monthlyCeiling: z
      .int()
      .min(1)
      .optional()
      .describe("EUR without VAT that all servers together may cost a month"),
    assumptions: z
      .strictObject({
        arpMoves: z
          .enum(["accepted", "refused"])
          .describe("virtual addresses may move by gratuitous ARP in a private network"),
        legsInTwoVpcs: z
          .enum(["accepted", "refused"])
          .describe("a server may have legs in private networks of two VPCs"),
      })
      .describe("what Scaleway neither promises nor forbids: tried on the account before it is relied on"),
    duty: owner.describe("the team that switches zones"),
  })
  .meta({ id: "organisation" });
