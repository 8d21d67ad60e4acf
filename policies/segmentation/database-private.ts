import type { PolicyResource } from "@pulumi/policy";
import { written } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { databaseType, mongoType, readReplicaType, redisType } from "../kit/types.ts";

/** Property that gives each product a public endpoint, and the one that gives it a private one; without the latter it is public. */
const endpoints: Readonly<Record<string, readonly [open: string, closed: string]>> = {
  [databaseType]: ["loadBalancer", "privateNetwork"],
  [readReplicaType]: ["directAccess", "privateNetwork"],
  [mongoType]: ["publicNetwork", "privateNetwork"],
  [redisType]: ["publicNetwork", "privateNetworks"],
};

function publicEndpoint(database: PolicyResource): string | undefined {
  const [open, closed] = endpoints[database.type] ?? ["", ""];
  const opened = written<unknown>(database, open);
  if (opened.kind === "undetermined") return "whether it has a public endpoint is undetermined";
  if (opened.kind === "known") return `${open} gives it a public endpoint`;
  const network = written<unknown>(database, closed);
  // Which network it is may be known after the update only: that there is one is what counts.
  if (network.kind === "undetermined") return undefined;
  return network.kind === "absent" || isEmptyList(network.value)
    ? `without ${closed} its endpoint is public`
    : undefined;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

export const databasePrivate = definePolicyOnEach("database-private", Object.keys(endpoints), publicEndpoint);
