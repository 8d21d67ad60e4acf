/** A public gateway whose bastion answers everybody, and which publishes a server's port. */
import { PublicGateway } from "@pulumiverse/scaleway/network/publicGateway.js";
import { PublicGatewayPatRule } from "@pulumiverse/scaleway/network/publicGatewayPatRule.js";

export const caughtBy = ["gateway-bastion-closed", "no-pat-rule"];

export function program(): void {
  const gateway = new PublicGateway("gateway", {
    name: "town",
    zone: "fr-par-1",
    type: "VPC-GW-S",
    bastionEnabled: true,
    allowedIpRanges: ["0.0.0.0/0"],
  });
  new PublicGatewayPatRule("desktop", {
    gatewayId: gateway.id,
    privateIp: "10.0.0.9",
    privatePort: 3389,
    publicPort: 3389,
    protocol: "tcp",
  });
}
