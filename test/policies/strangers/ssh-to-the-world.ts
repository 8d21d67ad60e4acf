/** SSH, and the database's own port, for everybody. */
import { SecurityGroup } from "@pulumiverse/scaleway/instance/securityGroup.js";

export const caughtBy = ["administration-ports-closed", "data-ports-closed"];

export function program(): void {
  new SecurityGroup("group", {
    name: "web",
    zone: "fr-par-1",
    inboundDefaultPolicy: "drop",
    inboundRules: [
      { action: "accept", port: 22 },
      { action: "accept", portRange: "5000-6000", ipRange: "0.0.0.0/0" },
    ],
  });
}
