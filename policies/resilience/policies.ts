/** The policies of the pack `resilience`, one a file. */
import { backendSurvivesOneServer } from "./backend-survives-one-server.ts";
import { backupBucketLocked } from "./backup-bucket-locked.ts";
import { backupLevelsLocked } from "./backup-levels-locked.ts";
import { bucketVersioned } from "./bucket-versioned.ts";
import { capacityOnOneZone } from "./capacity-on-one-zone.ts";
import { checkedRecordHasFallback } from "./checked-record-has-fallback.ts";
import { commandWithUpdate } from "./command-with-update.ts";
import { commandWithoutDelete } from "./command-without-delete.ts";
import { commandWithoutTriggers } from "./command-without-triggers.ts";
import { databaseBackedUp } from "./database-backed-up.ts";
import { databaseBackupElsewhere } from "./database-backup-elsewhere.ts";
import { databaseHighlyAvailable } from "./database-highly-available.ts";
import { databasesHaveABackupLevel } from "./databases-have-a-backup-level.ts";
import { deadSessionsCut } from "./dead-sessions-cut.ts";
import { declaredMembersPresent } from "./declared-members-present.ts";
import { drThroughServingZone } from "./dr-through-serving-zone.ts";
import { drWithoutZonalResources } from "./dr-without-zonal-resources.ts";
import { explicitZone } from "./explicit-zone.ts";
import { healthCheckInSeconds } from "./health-check-in-seconds.ts";
import { publishedNameChecked } from "./published-name-checked.ts";
import { recordTtlShort } from "./record-ttl-short.ts";
import { redisClustered } from "./redis-clustered.ts";
import { replicaInOtherZone } from "./replica-in-other-zone.ts";
import { stackInItsZone } from "./stack-in-its-zone.ts";
import { statefulProtected } from "./stateful-protected.ts";

export const policies = [
  explicitZone,
  stackInItsZone,
  declaredMembersPresent,
  capacityOnOneZone,
  healthCheckInSeconds,
  backendSurvivesOneServer,
  deadSessionsCut,
  recordTtlShort,
  checkedRecordHasFallback,
  publishedNameChecked,
  statefulProtected,
  databaseBackedUp,
  databaseBackupElsewhere,
  databaseHighlyAvailable,
  replicaInOtherZone,
  redisClustered,
  bucketVersioned,
  backupBucketLocked,
  drWithoutZonalResources,
  commandWithoutTriggers,
  commandWithUpdate,
  commandWithoutDelete,
  drThroughServingZone,
  backupLevelsLocked,
  databasesHaveABackupLevel,
] as const;
