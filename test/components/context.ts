/** What components are given besides their slice, with ids that can be read in an assertion. */

import { Command } from "@pulumi/command/remote/command.js";
import { type CustomResourceOptions, secret } from "@pulumi/pulumi";
import type { ServerContext } from "../../components/bare-metal-server.ts";
import type { Foundation, Protection } from "../../components/foundation.ts";

export const foundation: Foundation = {
  privateNetworkId: (key) => `fr-par/network-${key}`,
  reservationId: (key) => `fr-par/reservation-${key}`,
  publicAddress: (key) => ({ id: `fr-par-1/public-${key}`, address: `192.0.2.${key.endsWith("1") ? 1 : 2}` }),
  sshKeyIds: () => ["key-operator"],
};

export function serverContext(protection: Protection = "on"): ServerContext {
  return {
    foundation,
    protection,
    ssh: { privateKey: secret("PRIVATE KEY"), bastion: { host: "192.0.2.1", port: 2222, user: "root" } },
    catalogue: { offer: (name) => `fr-par-1/${name}`, os: (name) => `fr-par-1/${name}` },
  };
}

/** A resource to depend on. */
export function marker(name: string, opts?: CustomResourceOptions): Command {
  return new Command(name, { connection: { host: "nobody" }, create: "true" }, opts);
}
