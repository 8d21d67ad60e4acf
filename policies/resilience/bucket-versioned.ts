import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { bucketType } from "../kit/types.ts";

export const bucketVersioned = definePolicyOnEach("bucket-versioned", [bucketType], (bucket) =>
  wrong(written<boolean>(bucket, "versioning", "enabled"), "versioning.enabled", (on) => on, false),
);
