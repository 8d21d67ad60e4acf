import { secondsOf } from "../kit/durations.ts";
import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { backendType } from "../kit/types.ts";

const longest = { delay: 5, timeout: 5, retries: 5 } as const;

/** The provider's defaults: every minute, half a minute to answer (2.80.0). */
export const healthCheckInSeconds = definePolicyOnEach(
  "health-check-in-seconds",
  [backendType],
  (backend) =>
    wrong(
      written<string>(backend, "healthCheckDelay"),
      "healthCheckDelay",
      (delay) => secondsOf(delay) <= longest.delay,
      "60s",
    ) ??
    wrong(
      written<string>(backend, "healthCheckTimeout"),
      "healthCheckTimeout",
      (timeout) => secondsOf(timeout) <= longest.timeout,
      "30s",
    ) ??
    wrong(
      written<number>(backend, "healthCheckMaxRetries"),
      "healthCheckMaxRetries",
      (retries) => retries <= longest.retries,
      2,
    ),
);
