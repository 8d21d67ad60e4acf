import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { databaseType } from "../kit/types.ts";

export const databaseBackupElsewhere = definePolicyOnEach(
  "database-backup-elsewhere",
  [databaseType],
  (database) =>
    wrong(written<boolean>(database, "backupSameRegion"), "backupSameRegion", (same) => !same, false),
);
