import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { bucketAclType, bucketType } from "../kit/types.ts";

const closed = ["private", "bucket-owner-full-control", "bucket-owner-read"];

export const bucketPrivate = definePolicyOnEach("bucket-private", [bucketType, bucketAclType], (bucket) =>
  wrong(written<string>(bucket, "acl"), "acl", (acl) => closed.includes(acl), "private"),
);
