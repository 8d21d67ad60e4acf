import { daysBetween } from "../kit/durations.ts";
import { written } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { apiKeyType } from "../kit/types.ts";

const mostDays = 366;

export const apiKeyExpires = definePolicyOnEach("api-key-expires", [apiKeyType], (key, { today }) => {
  const expires = written<string>(key, "expiresAt");
  if (expires.kind === "undetermined") return "when it expires is undetermined";
  if (expires.kind === "absent") return "never expires";
  const days = daysBetween(today, expires.value.slice(0, 10));
  return days <= mostDays ? undefined : `expires in ${days} days, ${mostDays} at most`;
});
