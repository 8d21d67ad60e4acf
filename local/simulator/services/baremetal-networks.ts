import { createHash } from "node:crypto";
import { projectOnly } from "../core/dialects.ts";
import { invalidArgument, plainNotFound, preconditionFailed } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type Answer, type Call, type Demand, defineKind } from "../core/kind.ts";
import { demand, type World } from "../core/world.ts";
import type { Resource } from "../store/store.ts";
import { joinNetwork } from "./attachments.ts";
import { privateNetworkOption } from "./baremetal-options.ts";
import type { Metal, MetalBody, MetalHidden } from "./baremetal-server.ts";
import { addressesOf, attachAddresses, detachAddresses, networkFor } from "./ipam-booking.ts";

export interface AttachmentBody {
  id: string;
  private_network_id: string;
  vlan: number;
}

type Attachment = Resource<AttachmentBody>;

function attachmentsOf(world: World, server: string): Attachment[] {
  return world.store.list<AttachmentBody>({ kind: "baremetal.private_network", parent: server });
}

/**
 * The VLAN number of a network on one server: another on each server, so that nobody can know it before the network is
 * attached. With `stableVlanNumbers` refused it also changes each time.
 */
function vlanFor(world: World, server: string, network: string, taken: ReadonlySet<number>): number {
  const stable = world.options.assumptions.stableVlanNumbers === "accepted";
  const salt = stable ? 0 : world.store.next(`vlan ${server} ${network}`);
  for (let attempt = 0; ; attempt++) {
    const digest = createHash("sha256").update(`${server} ${network} ${salt} ${attempt}`).digest();
    const vlan = 1000 + (digest.readUInt16BE(0) % 3000);
    if (!taken.has(vlan)) return vlan;
  }
}

/** A private network on a bare-metal server (v3): a VLAN of its one physical card. */
export const metalAttachment = defineKind<AttachmentBody>({
  name: "baremetal.private_network",
  dialect: projectOnly,
  collection: "/baremetal/v3/zones/:zone/server-private-networks",
  calls: ["list"],
  listKey: "server_private_networks",
  localityFields: [],
  parent: { kind: "baremetal.server", param: "server", onDeletion: "delete" },
  project: "parent",
  fields: {
    private_network_id: {
      type: "uuid",
      required: true,
      fixed: true,
      refersTo: { kind: "vpc.private_network", onDeletion: "refuse" },
    },
    ipam_ip_ids: { type: "strings", argument: true },
  },
  indexed: { server_id: { parent: true }, private_network_id: { role: "private_network_id" } },
  states: { field: "status", path: ["attaching", "attached"] },
  missing: () => plainNotFound("Not Found"),
  prepare: (world, draft) => {
    const server = world.require<MetalBody, MetalHidden>("baremetal.server", draft.parent, draft.locality);
    if (!server.body.options.some((option) => option.id === privateNetworkOption)) {
      throw preconditionFailed("private_network_option_required", "the server has no Private Network option");
    }
    const network = networkFor(world, draft.body.private_network_id, draft.locality);
    const siblings = attachmentsOf(world, server.id);
    world.grant("privateNetworksPerBareMetal", "baremetal.private_network", siblings.length);
    joinNetwork(
      world,
      network,
      draft.locality,
      siblings.map((one) => one.body.private_network_id),
      "bare-metal",
    );
    draft.body.vlan = vlanFor(world, server.id, network.id, new Set(siblings.map((one) => one.body.vlan)));
  },
  created: (world, draft, { input }) => setAddresses(world, draft, input.ipam_ip_ids),
  removing: (world, draft) => detachAddresses(world, draft.id),
  view: (world, draft) => ({
    server_id: draft.parent,
    ipam_ip_ids: addressesOf(world, draft.id).map((address) => address.id),
  }),
});

function setAddresses(world: World, attachment: Attachment, asked: unknown): void {
  const ids = Array.isArray(asked) ? asked.map(String) : [];
  const server = world.require<MetalBody, MetalHidden>(
    "baremetal.server",
    attachment.parent,
    attachment.locality,
  );
  attachAddresses(world, networkFor(world, attachment.body.private_network_id, attachment.locality), ids, {
    type: "baremetal_private_nic",
    id: attachment.id,
    mac_address: server.hidden.mac ?? null,
    name: server.name,
  });
}

function findServer(world: World, { params, locality }: Demand): Metal {
  return world.require<MetalBody, MetalHidden>("baremetal.server", params.server ?? "", locality);
}

function attach(world: World, server: Metal, network: string, addresses: unknown): Attachment {
  const input = { private_network_id: network, ipam_ip_ids: Array.isArray(addresses) ? addresses : [] };
  return world.create<AttachmentBody>(
    "baremetal.private_network",
    demand(server.locality, input, { server: server.id }),
  );
}

/** Takes other addresses for an attachment that stays; its VLAN number stays too. */
function readdress(world: World, attachment: Attachment, addresses: unknown): void {
  const asked = Array.isArray(addresses) ? addresses.map(String) : [];
  const held = addressesOf(world, attachment.id).map((address) => address.id);
  const same = asked.length === held.length && asked.every((id) => held.includes(id));
  if (asked.length === 0 || same) return;
  detachAddresses(world, attachment.id);
  setAddresses(world, attachment, asked);
  world.keep(attachment);
}

/** PUT: the networks of a server, whole. */
function setNetworks(world: World, asked: Demand): Answer {
  const server = findServer(world, asked);
  const wanted = asked.input.per_private_network_ipam_ip_ids;
  if (!isBody(wanted))
    throw invalidArgument("per_private_network_ipam_ip_ids", "a map by network", "required");
  for (const attachment of attachmentsOf(world, server.id)) {
    const { private_network_id: network } = attachment.body;
    if (network in wanted) readdress(world, attachment, wanted[network]);
    else world.remove(attachment);
  }
  const held = new Set(attachmentsOf(world, server.id).map((one) => one.body.private_network_id));
  for (const network of Object.keys(wanted).sort()) {
    if (!held.has(network)) attach(world, server, network, wanted[network]);
  }
  const shown = attachmentsOf(world, server.id).map((one) => world.show(one));
  return { status: 200, body: { server_private_networks: shown } };
}

const networks = "/baremetal/v3/zones/:zone/servers/:server/private-networks";

export const metalNetworkCalls: readonly Call[] = [
  { method: "PUT", path: networks, run: setNetworks },
  {
    method: "POST",
    path: networks,
    run: (world, asked) => {
      const server = findServer(world, asked);
      const network = String(asked.input.private_network_id ?? "");
      return { status: 200, body: world.show(attach(world, server, network, asked.input.ipam_ip_ids)) };
    },
  },
  {
    method: "DELETE",
    path: `${networks}/:network`,
    run: (world, asked) => {
      const server = findServer(world, asked);
      const attachment = attachmentsOf(world, server.id).find(
        (one) => one.body.private_network_id === asked.params.network,
      );
      if (!attachment) throw plainNotFound("Not Found");
      world.remove(attachment, asked);
      return { status: 204 };
    },
  },
];
