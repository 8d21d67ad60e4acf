import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { backendType } from "../kit/types.ts";

export const deadSessionsCut = definePolicyOnEach("dead-sessions-cut", [backendType], (backend) =>
  wrong(
    written<string>(backend, "onMarkedDownAction"),
    "onMarkedDownAction",
    (action) => action === "shutdown_sessions",
    "none",
  ),
);
