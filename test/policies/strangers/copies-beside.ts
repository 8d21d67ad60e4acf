/** A database whose replica and copies are lost with it, when it has copies. */
import { Instance } from "@pulumiverse/scaleway/databases/instance.js";
import { ReadReplica } from "@pulumiverse/scaleway/databases/readReplica.js";

export const caughtBy = [
  "replica-in-other-zone",
  "database-backed-up",
  "database-backup-elsewhere",
  "database-private",
];

export function program(): void {
  const database = new Instance(
    "database",
    {
      name: "shop",
      nodeType: "db-dev-s",
      engine: "PostgreSQL-15",
      isHaCluster: true,
      encryptionAtRest: true,
      backupSameRegion: true,
      backupScheduleRetention: 1,
      privateNetwork: { pnId: "fr-par/one", enableIpam: true },
    },
    { protect: true },
  );
  new ReadReplica("replica", { instanceId: database.id, directAccess: {} });
}
