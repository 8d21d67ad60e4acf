import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { recordType } from "../kit/types.ts";

/** Names of an estate's services move within the 300 s of a drill; a stranger's within twice that. */
const longest = { estate: 60, stranger: 300 } as const;

/** Records that hold an address are those that move with a zone. */
const moving = ["A", "AAAA"];

export const recordTtlShort = definePolicyOnEach("record-ttl-short", [recordType], (record, { estate }) => {
  const type = written<string>(record, "type");
  if (type.kind === "undetermined") return "its type is undetermined";
  if (type.kind === "known" && !moving.includes(type.value)) return undefined;
  const most = estate === undefined ? longest.stranger : longest.estate;
  return wrong(written<number>(record, "ttl"), "ttl", (ttl) => ttl <= most, 3600);
});
