/** A volume of data that nothing encrypts and nothing protects. */
import { Volume } from "@pulumiverse/scaleway/block/volume.js";

export const caughtBy = ["volume-encryption-declared", "stateful-protected", "explicit-zone"];

export function program(): void {
  new Volume("data", { name: "data", iops: 5000, sizeInGb: 100 });
}
