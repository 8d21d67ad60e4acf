/** A cache of one node, on the internet, without TLS. */
import { Cluster } from "@pulumiverse/scaleway/redis/cluster.js";

export const caughtBy = [
  "redis-tls",
  "redis-clustered",
  "database-private",
  "database-acl-narrow",
  "password-write-only",
];

export function program(): void {
  new Cluster("cache", {
    name: "sessions",
    zone: "fr-par-1",
    version: "7.2.11",
    nodeType: "RED1-MICRO",
    userName: "shop",
    password: "hunter2hunter2",
    acls: [{ ip: "0.0.0.0/0", description: "everybody" }],
  });
}
