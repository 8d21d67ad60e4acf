import type { World } from "../core/world.ts";
import type { Machine } from "../machines.ts";
import type { Resource } from "../store/store.ts";
import type { AttachmentBody } from "./baremetal-networks.ts";
import type { Metal } from "./baremetal-server.ts";
import { flexibleAddressesOf } from "./flexible-ip.ts";
import { legOf } from "./machine-parts.ts";

/** A bare-metal server as its host sees it: stopped while it has no system. */
export function bareMetalMachine(world: World, resource: Resource): Machine {
  const server = resource as unknown as Metal;
  const attachments = world.store.list<AttachmentBody>({
    kind: "baremetal.private_network",
    parent: server.id,
  });
  const mac = server.hidden.mac ?? "";
  const installed = (server.hidden.installation ?? "") !== "";
  return {
    id: server.id,
    kind: "bare-metal",
    name: server.name,
    zone: server.locality,
    projectId: server.project,
    power: installed && server.body.status === "ready" ? "running" : "stopped",
    installation: server.hidden.installation ?? "",
    boots: server.hidden.boots ?? 0,
    userData:
      server.body.user_data === null ? "" : Buffer.from(server.body.user_data, "base64").toString("utf8"),
    authorizedKeys: server.hidden.keys ?? [],
    publicAddresses: [
      ...server.body.ips.map((address) => address.address),
      ...flexibleAddressesOf(world, server.id),
    ],
    legs: attachments
      .map((one) => legOf(world, one.body.private_network_id, one.id, mac, one.body.vlan))
      .sort((a, b) => (a.privateNetworkId < b.privateNetworkId ? -1 : 1)),
    securityGroup: undefined,
    tags: server.body.tags,
  };
}
