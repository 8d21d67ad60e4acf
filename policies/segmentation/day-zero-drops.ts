import { written } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { bareMetalType } from "../kit/types.ts";

/** An nftables chain at the hook `input` that drops by default, in nft's own language or in libnftables' JSON. */
const dropsInput = [
  /hook\s+input\b[^}]*?policy\s+drop/,
  /"hook":\s*"input"[^}]*?"policy":\s*"drop"/,
  /ufw\s+default\s+deny\s+incoming/,
];

export const dayZeroDrops = definePolicyOnEach("day-zero-drops", [bareMetalType], (server) => {
  const dayZero = written<string>(server, "cloudInit");
  if (dayZero.kind === "undetermined") return "what it drops at first boot is undetermined";
  // A server without any is another policy's to report.
  if (dayZero.kind === "absent" || dayZero.value === "") return undefined;
  return dropsInput.some((pattern) => pattern.test(dayZero.value))
    ? undefined
    : "its cloud-init drops nothing that comes in";
});
