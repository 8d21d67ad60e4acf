import type { PolicyResource } from "@pulumi/policy";
import { indexesOf, ofType, tagOfBucket, written } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicyOfEstate } from "../kit/policy.ts";
import { bucketType } from "../kit/types.ts";

/** Days after which a rule erases every object; undefined when no rule does, `undetermined` when one may. */
function erasedAfter(bucket: PolicyResource): number | "undetermined" | undefined {
  const indexes = indexesOf(bucket, "lifecycleRules");
  if (indexes === undefined) return "undetermined";
  const days: number[] = [];
  for (const index of indexes) {
    const enabled = written<boolean>(bucket, "lifecycleRules", index, "enabled");
    const prefix = written<string>(bucket, "lifecycleRules", index, "prefix");
    const expiration = written<number>(bucket, "lifecycleRules", index, "expiration", "days");
    if ([enabled, prefix, expiration].some(({ kind }) => kind === "undetermined")) return "undetermined";
    const isWhole = prefix.kind === "absent" || (prefix.kind === "known" && prefix.value === "");
    if (enabled.kind === "known" && enabled.value && isWhole && expiration.kind === "known")
      days.push(expiration.value);
  }
  return days.length === 0 ? undefined : Math.min(...days);
}

export const bucketErasesInTime = definePolicyOfEstate(
  "bucket-erases-in-time",
  ({ applications }, { resources }, report) => {
    const buckets = ofType(resources, bucketType);
    for (const bucket of buckets) {
      const name = tagOfBucket(bucket, "data");
      const data = applications
        .flatMap((application) => application.data)
        .find((each) => name.kind === "known" && each.name === name.value);
      if (data === undefined) {
        report(`${bucket.name}: undetermined, its tag data names no data of the estate`, bucket);
        continue;
      }
      if (data.retentionDays === undefined) continue;
      const days = erasedAfter(bucket);
      if (days === "undetermined") report(`${bucket.name}: when it erases is undetermined`, bucket);
      else if (days === undefined || days > data.retentionDays)
        report(
          `${bucket.name}: erases ${days === undefined ? "nothing" : `after ${days} days`}, and ${data.name} ends after ${data.retentionDays}`,
          bucket,
        );
    }
    return nothingIfEmpty(buckets, bucketType);
  },
);
