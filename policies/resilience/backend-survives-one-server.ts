import { lengthOf } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { backendType } from "../kit/types.ts";

export const backendSurvivesOneServer = definePolicyOnEach(
  "backend-survives-one-server",
  [backendType],
  (backend) => {
    const servers = lengthOf(backend, "serverIps");
    if (servers.kind !== "known") return "its servers are undetermined";
    return servers.value < 2
      ? `${servers.value} server behind it, and losing it loses the service`
      : undefined;
  },
);
