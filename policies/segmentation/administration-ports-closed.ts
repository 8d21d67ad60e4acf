import { definePolicyOnEach } from "../kit/policy.ts";
import { openToEveryone, securityRuleTypes } from "../kit/security-rules.ts";

/** SSH, RDP, VNC, WinRM, Docker, Kubernetes. */
const administration = [22, 3389, 5900, 5985, 5986, 2375, 2376, 6443];

export const administrationPortsClosed = definePolicyOnEach(
  "administration-ports-closed",
  securityRuleTypes,
  (group) => openToEveryone(group, administration),
);
