import { ofType } from "../kit/facts.ts";
import { dependsOn, nothingIfEmpty } from "../kit/joins.ts";
import { definePolicy } from "../kit/policy.ts";
import { bucketEncryptionType, bucketType } from "../kit/types.ts";

export const bucketEncrypted = definePolicy("bucket-encrypted", ({ resources }, report) => {
  const buckets = ofType(resources, bucketType);
  const settings = ofType(resources, bucketEncryptionType);
  for (const bucket of buckets) {
    if (!settings.some((each) => dependsOn(each, "bucket", bucket)))
      report(`${bucket.name}: nothing says that its objects are encrypted`, bucket);
  }
  return nothingIfEmpty(buckets, bucketType);
});
