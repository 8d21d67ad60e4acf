import { written } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { bareMetalType } from "../kit/types.ts";

export const bareMetalDayZero = definePolicyOnEach("bare-metal-day-zero", [bareMetalType], (server) => {
  const dayZero = written<string>(server, "cloudInit");
  if (dayZero.kind === "undetermined") return "what it reads at first boot is undetermined";
  return dayZero.kind === "absent" || dayZero.value === ""
    ? "no cloud-init closes its public interface at first boot"
    : undefined;
});
