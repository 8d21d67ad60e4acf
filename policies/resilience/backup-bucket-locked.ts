import { ofType, tagOfBucket, written, wrong } from "../kit/facts.ts";
import { dependsOn } from "../kit/joins.ts";
import { definePolicy } from "../kit/policy.ts";
import { bucketLockType, bucketType } from "../kit/types.ts";

export const backupBucketLocked = definePolicy("backup-bucket-locked", ({ resources }, report) => {
  const buckets = ofType(resources, bucketType);
  const locks = ofType(resources, bucketLockType);
  let copies = 0;
  for (const bucket of buckets) {
    const role = tagOfBucket(bucket, "role");
    if (role.kind === "undetermined") {
      report(`${bucket.name}: whether it holds backups is undetermined`, bucket);
      continue;
    }
    if (role.kind === "absent" || role.value !== "backup") continue;
    copies += 1;
    const why = wrong(written<boolean>(bucket, "objectLockEnabled"), "objectLockEnabled", (on) => on, false);
    const lock = locks.find((each) => dependsOn(each, "bucket", bucket));
    if (why !== undefined) report(`${bucket.name}: ${why}`, bucket);
    else if (lock === undefined) report(`${bucket.name}: no lock configuration keeps its copies`, bucket);
  }
  return copies === 0 ? { notApplicable: "the program has no bucket tagged role=backup" } : undefined;
});
