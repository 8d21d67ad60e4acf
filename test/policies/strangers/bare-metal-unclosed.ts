/** Bare metal as it is delivered, on the internet; another that installs software at first boot and closes nothing. */
import { Ip } from "@pulumiverse/scaleway/elasticmetal/ip.js";
import { Server } from "@pulumiverse/scaleway/elasticmetal/server.js";

export const caughtBy = ["bare-metal-day-zero", "day-zero-drops", "no-flexible-ip"];

export function program(): void {
  const common = { zone: "fr-par-1", offer: "EM-B220E-NVME", os: "debian", sshKeyIds: ["one"] };
  const server = new Server("first", { ...common, name: "first" });
  new Server("second", { ...common, name: "second", cloudInit: "#cloud-config\npackages: [postgresql]\n" });
  new Ip("more", { zone: "fr-par-1", serverId: server.id });
}
