/** A database on the internet, whose list of addresses holds them all. */
import { Acl } from "@pulumiverse/scaleway/databases/acl.js";
import { Instance } from "@pulumiverse/scaleway/databases/instance.js";

export const caughtBy = [
  "database-private",
  "database-acl-narrow",
  "database-encrypted",
  "database-highly-available",
  "stateful-protected",
  "password-write-only",
];

export function program(): void {
  const database = new Instance("database", {
    name: "shop",
    nodeType: "db-dev-s",
    engine: "PostgreSQL-15",
    userName: "shop",
    password: "hunter2hunter2",
  });
  new Acl("everybody", { instanceId: database.id, aclRules: [{ ip: "0.0.0.0/0", description: "for now" }] });
}
