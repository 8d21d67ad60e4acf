/** Recovery: a target that the class can meet, for a peak that the users can make. */
import type { Check } from "../draft.ts";

/**
 * Least minutes a class can promise. Active-active: health checks and DNS. Warm-standby: the budget of a switch, 300 s. Cold: servers
 * are ordered and installed first; Scaleway says up to an hour for bare metal (Elastic Metal FAQ, 2024-12-19).
 */
const leastMinutes = { "active-active": 1, "warm-standby": 5, cold: 60 } as const;

export const checkRecovery: Check = (draft, report) => {
  for (const { file, value } of draft.applications) {
    const minutes = value.rtoMinutes ?? draft.defaults.value.rtoMinutes[value.criticality];
    const least = leastMinutes[value.recovery];
    if (minutes < least) {
      const from = value.rtoMinutes === undefined ? ` (defaults.yaml, ${value.criticality})` : "";
      const at = value.rtoMinutes === undefined ? "recovery" : "rtoMinutes";
      report("RECO-001", file, [at], {
        got: `${value.recovery} within ${minutes} minutes${from}`,
        allowed: `${least} minutes or more for ${value.recovery}`,
      });
    }
    if (value.peak > value.users)
      report("CAP-001", file, ["peak"], { got: `${value.peak} at once of ${value.users} users` });
  }
};
