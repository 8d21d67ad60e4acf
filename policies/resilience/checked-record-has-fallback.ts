import type { PolicyResource } from "@pulumi/policy";
import { textsOf, written } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { recordType } from "../kit/types.ts";

/** With the strategy `all` every address that answers is given; with another, `data` is what is left when none does. */
function withoutFallback(record: PolicyResource): string | undefined {
  const service = written<unknown>(record, "httpService");
  if (service.kind === "absent") return undefined;
  const ips = service.kind === "undetermined" ? undefined : textsOf(record, "httpService", "ips");
  const strategy = written<string>(record, "httpService", "strategy");
  const data = written<string>(record, "data");
  if (ips === undefined || strategy.kind === "undetermined" || data.kind === "undetermined")
    return "what it falls back on is undetermined";
  if (strategy.kind === "known" && strategy.value === "all")
    return ips.length < 2 ? "answers with one address only" : undefined;
  return data.kind === "absent" || ips.includes(data.value)
    ? "falls back on an address that it checks already"
    : undefined;
}

export const checkedRecordHasFallback = definePolicyOnEach(
  "checked-record-has-fallback",
  [recordType],
  withoutFallback,
);
