/** `platform.yaml`: the servers that carry the network itself. Absent parts are not built. */
import { z } from "zod";
import { name, port, sentence, zoneKeys } from "./common.ts";

const server = { offer: z.string().min(2), os: z.string().min(2).default("debian-12") };

/** A public SSH key (`ssh-ed25519 …`). */
const sshPublicKey = z
  .string()
  .regex(
    /^(ssh-ed25519|ecdsa-sha2-nistp\d{3}|ssh-rsa) [A-Za-z0-9+/=]+( .*)?$/,
    "an OpenSSH public key, such as `ssh-ed25519 AAAA… name`",
  );

export const platform = z
  .strictObject({
    firewalls: z.strictObject({
      segmentation: z
        .strictObject({
          ...server,
          reservedLegs: z
            .int()
            .min(2)
            .max(10)
            .default(2)
            .describe("legs of each member kept for transit, admin and what is to come"),
          forwardedGbps: z
            .number()
            .positive()
            .describe("peak of the traffic that each served network sends through its pair"),
        })
        .describe("bare-metal pairs between applications, as few as the trust classes and legs allow"),
      edge: z
        .strictObject(server)
        .optional()
        .describe(
          "Instance pair between ingress, egress and transit; without it a segmentation pair serves them",
        ),
      access: z
        .strictObject(server)
        .optional()
        .describe("Instance pair for VPN clients and sites; without it there is neither"),
    }),
    bastion: z.strictObject({
      ...server,
      port: port.min(1024).describe("public SSH port; above 1023 so that no privilege is needed to listen"),
    }),
    proxies: z
      .strictObject({
        ...server,
        count: z
          .int()
          .min(3)
          .max(20)
          .default(3)
          .describe("in each zone; three at least: 50,000 sessions a backend server and port"),
        sustains: z.int().min(1),
      })
      .optional(),
    loadBalancer: z.strictObject({ type: z.enum(["LB-S", "LB-M", "LB-L", "LB-XL"]) }).optional(),
    gateway: z.strictObject({ type: z.string().min(2).default("VPC-GW-S") }),
    egress: z
      .strictObject({
        ...server,
        count: z.int().min(1).max(4).default(1),
        services: z.array(z.enum(["proxy", "packages", "resolver", "ntp"])).min(1),
      })
      .optional(),
    witness: z.strictObject({
      ...server,
      network: name.describe("private network of the core class that the witness votes on"),
    }),
    administrators: z
      .array(z.strictObject({ name, key: sshPublicKey }))
      .default([])
      .describe("people's public keys; the deployment adds its own"),
    edgeServices: z
      .array(
        z.strictObject({
          service: name,
          plan: z.enum(["starter", "professional", "advanced"]).default("starter"),
          waf: z.enum(["enable", "log_only", "disable"]).default("log_only"),
        }),
      )
      .default([])
      .describe("published services behind Scaleway Edge Services instead of http_service records"),
  })
  .meta({ id: "platform" });

/** `hypervisors/<name>.yaml`: hypervisors of one trust class, one legs' budget. */
export const hypervisors = z
  .strictObject({
    hypervisors: name,
    why: sentence,
    trustClass: name,
    network: name.describe(
      "private network that this entity declares for the hypervisors' own addresses; guests' networks are carried without address",
    ),
    offer: z.string().min(2),
    os: z.string().min(2).default("debian-12"),
    count: z.strictObject(
      Object.fromEntries(zoneKeys.map((k) => [k, z.int().min(1).max(20).default(1)])) as {
        [K in (typeof zoneKeys)[number]]: z.ZodDefault<z.ZodInt>;
      },
    ),
  })
  .meta({ id: "hypervisors" });
