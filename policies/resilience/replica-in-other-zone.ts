import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { readReplicaType } from "../kit/types.ts";

export const replicaInOtherZone = definePolicyOnEach("replica-in-other-zone", [readReplicaType], (replica) =>
  wrong(written<boolean>(replica, "sameZone"), "sameZone", (same) => !same, true),
);
