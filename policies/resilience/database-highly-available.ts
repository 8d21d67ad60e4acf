import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { databaseType } from "../kit/types.ts";

export const databaseHighlyAvailable = definePolicyOnEach(
  "database-highly-available",
  [databaseType],
  (database) => wrong(written<boolean>(database, "isHaCluster"), "isHaCluster", (cluster) => cluster, false),
);
