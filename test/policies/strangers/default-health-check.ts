/** A load balancer as the first example shows it: one server, checked every minute, sessions kept when it dies. */
import { Backend } from "@pulumiverse/scaleway/loadbalancers/backend.js";
import { Frontend } from "@pulumiverse/scaleway/loadbalancers/frontend.js";
import { LoadBalancer } from "@pulumiverse/scaleway/loadbalancers/loadBalancer.js";

export const caughtBy = [
  "health-check-in-seconds",
  "backend-survives-one-server",
  "dead-sessions-cut",
  "load-balancer-modern-tls",
  "explicit-zone",
  "deterministic-name",
];

export function program(): void {
  const balancer = new LoadBalancer("balancer", { type: "LB-S" });
  const backend = new Backend("backend", {
    lbId: balancer.id,
    forwardProtocol: "http",
    forwardPort: 80,
    serverIps: ["10.0.0.2"],
  });
  new Frontend("frontend", { lbId: balancer.id, backendId: backend.id, inboundPort: 80 });
}
