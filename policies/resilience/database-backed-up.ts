import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { databaseType } from "../kit/types.ts";

const leastDays = 7;
const mostHours = 24;

/** The provider's defaults are Scaleway's: a copy a day, kept a week. */
export const databaseBackedUp = definePolicyOnEach(
  "database-backed-up",
  [databaseType],
  (database) =>
    wrong(written<boolean>(database, "disableBackup"), "disableBackup", (disabled) => !disabled, false) ??
    wrong(
      written<number>(database, "backupScheduleFrequency"),
      "backupScheduleFrequency",
      (hours) => hours <= mostHours,
      24,
    ) ??
    wrong(
      written<number>(database, "backupScheduleRetention"),
      "backupScheduleRetention",
      (days) => days >= leastDays,
      7,
    ),
);
