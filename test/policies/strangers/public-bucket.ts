/** A bucket that everybody reads, without former versions; and a bucket of backups without a lock. */
import { Bucket } from "@pulumiverse/scaleway/object/bucket.js";

export const caughtBy = [
  "bucket-private",
  "bucket-versioned",
  "bucket-encrypted",
  "backup-bucket-locked",
  "stateful-protected",
];

export function program(): void {
  new Bucket("site", { name: "town-site", acl: "public-read" });
  new Bucket("copies", { name: "town-copies", tags: { role: "backup" } });
}
