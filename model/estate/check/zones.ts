/** Zones: a workload has members, and where its recovery class says so, in both zones. */
import type { Check } from "../draft.ts";
import { zoneKeys } from "../estate.ts";

export const checkZones: Check = (draft, report) => {
  for (const { file, value } of draft.applications) {
    for (const [index, workload] of value.workloads.entries()) {
      const { count } = workload;
      if (count === undefined) continue;
      const empty = zoneKeys.filter((zone) => count[zone] === 0);
      const at = ["workloads", index, "count"];
      if (empty.length === zoneKeys.length) report("ZONE-002", file, at, { got: count });
      else if (empty.length > 0 && value.recovery !== "cold") {
        report("ZONE-001", file, at, {
          got: `none in ${empty.join(", ")}`,
          allowed: `one member or more in each zone: the application is ${value.recovery}`,
        });
      }
    }
  }
};
