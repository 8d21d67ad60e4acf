/** A password in a server's metadata, a token in a container's environment. */
import { Container } from "@pulumiverse/scaleway/containers/container.js";
import { Server } from "@pulumiverse/scaleway/instance/server.js";

export const caughtBy = ["no-secret-in-clear"];

export function program(): void {
  new Server("web", {
    name: "web",
    zone: "fr-par-1",
    type: "PRO2-XXS",
    image: "debian_bookworm",
    cloudInit: "#cloud-config\nruncmd:\n  - export DB_PASSWORD=hunter2hunter2\n",
  });
  new Container("api", { namespaceId: "one", environmentVariables: { API_TOKEN: "hunter2" } });
}
