import { instances } from "../core/dialects.ts";
import { conflict, invalidArgument, notFound } from "../core/errors.ts";
import { defineKind } from "../core/kind.ts";
import { joinNetwork } from "./attachments.ts";
import { addressesOf, attachAddresses, detachAddresses, networkFor } from "./ipam-booking.ts";

export interface PrivateNicBody {
  id: string;
  private_network_id: string;
  mac_address: string;
  tags: string[];
}

/** A private network card: joins an Instance to a private network. */
export const privateNic = defineKind<PrivateNicBody>({
  name: "instance.private_nic",
  dialect: { ...instances, organization: undefined, project: undefined },
  collection: "/instance/v1/zones/:zone/servers/:server/private_nics",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "private_nics",
  wrapper: "private_nic",
  localityFields: ["zone"],
  parent: { kind: "instance.server", param: "server", onDeletion: "delete" },
  project: "parent",
  fields: {
    private_network_id: {
      type: "uuid",
      required: true,
      fixed: true,
      refersTo: { kind: "vpc.private_network", onDeletion: "refuse" },
    },
    tags: { type: "strings" },
    ipam_ip_ids: { type: "strings", argument: true },
    ip_ids: { type: "strings", argument: true },
  },
  states: { field: "state", path: ["syncing", "available"] },
  missing: (id) => notFound("instance_private_nic", id),
  prepare: (world, draft) => {
    const network = networkFor(world, draft.body.private_network_id, draft.locality);
    const siblings = world.store.list<PrivateNicBody>({ kind: "instance.private_nic", parent: draft.parent });
    if (siblings.some((nic) => nic.body.private_network_id === network.id)) {
      throw conflict("the server is already attached to this private network");
    }
    world.grant("privateNetworksPerInstance", "instance.private_nic", siblings.length);
    joinNetwork(
      world,
      network,
      draft.locality,
      siblings.map((nic) => nic.body.private_network_id),
      "instance",
    );
    const number = world.store.next("instance mac");
    draft.body.mac_address = `02:00:00:${number
      .toString(16)
      .padStart(6, "0")
      .replace(/(..)(..)(..)/, "$1:$2:$3")}`;
  },
  created: (world, nic, { input }) => {
    const asked = [input.ipam_ip_ids, input.ip_ids].find((ids) => Array.isArray(ids) && ids.length > 0) ?? [];
    if ((asked as unknown[]).some((id) => typeof id !== "string"))
      throw invalidArgument("ipam_ip_ids", "ids", "format");
    const network = networkFor(world, nic.body.private_network_id, nic.locality);
    attachAddresses(world, network, asked as string[], {
      type: "instance_private_nic",
      id: nic.id,
      mac_address: nic.body.mac_address.toUpperCase(),
      name: world.store.get(nic.parent)?.name ?? null,
    });
  },
  removing: (world, nic) => detachAddresses(world, nic.id),
  view: (world, nic) => ({
    server_id: nic.parent,
    ipam_ip_ids: addressesOf(world, nic.id).map((address) => address.id),
  }),
});
