import ipaddr from "ipaddr.js";
import { projectOnly } from "../core/dialects.ts";
import { invalidArgument, notFound, preconditionFailed } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type Answer, type Demand, defineKind, type Service } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { bookAddress } from "./ipam-booking.ts";
import { networkOfSubnet, type PrivateNetworkBody } from "./vpc.ts";

/** Who holds an address, as IPAM answers it. */
export interface Holder {
  type: string;
  id: string;
  mac_address: string | null;
  name: string | null;
}

export interface AddressBody {
  id: string;
  /** CIDR form, with the prefix length of the subnet. */
  address: string;
  is_ipv6: boolean;
  source: { subnet_id: string };
  resource: Holder | null;
  reverses: Body[];
  tags: string[];
  updated_at: string;
}

export interface AddressHidden {
  /** Booked by an attachment, and released with it. */
  automatic?: boolean;
}

export type AddressResource = Resource<AddressBody, AddressHidden>;

/** The role of the link from an address to what holds it. */
export const holderRole = "holder";

/** Gives a free address to a holder. */
export function hold(world: World, address: AddressResource, holder: Holder): void {
  address.body.resource = holder;
  world.store.unlink(address.id, holderRole);
  world.store.link(address.id, holderRole, holder.id);
  world.keep(address);
}

/** Takes an address from its holder. */
export function letGo(world: World, address: AddressResource): void {
  address.body.resource = null;
  world.store.unlink(address.id, holderRole);
  world.keep(address);
}

function readCustom(input: unknown, id: string, argument: string): Holder {
  const mac = isBody(input) ? input.mac_address : undefined;
  if (typeof mac !== "string" || !/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)) {
    throw invalidArgument(`${argument}.mac_address`, "not a MAC address", "format");
  }
  const name = isBody(input) && typeof input.name === "string" && input.name !== "" ? input.name : null;
  return { type: "custom", id, mac_address: mac.toUpperCase(), name };
}

function findNetwork(world: World, source: unknown, region: string): Resource<PrivateNetworkBody> {
  const asked = isBody(source) ? source : {};
  if (typeof asked.private_network_id === "string" && asked.private_network_id !== "") {
    return world.require<PrivateNetworkBody>("vpc.private_network", asked.private_network_id, region);
  }
  if (typeof asked.subnet_id === "string" && asked.subnet_id !== "") {
    const network = networkOfSubnet(world, asked.subnet_id);
    if (!network || network.locality !== region) throw notFound("subnet", asked.subnet_id);
    return network;
  }
  throw invalidArgument("source", "a private network or a subnet", "required");
}

function answer(world: World, address: AddressResource): Answer {
  return { status: 200, body: world.show(address) };
}

function attach(world: World, { input }: Demand, address: AddressResource): Answer {
  if (address.body.resource) throw attached(address);
  hold(world, address, readCustom(input.resource, address.id, "resource"));
  return answer(world, address);
}

function detach(world: World, _demand: Demand, address: AddressResource): Answer {
  if (address.body.resource && address.body.resource.type !== "custom") throw attached(address);
  letGo(world, address);
  return answer(world, address);
}

function move(world: World, { input }: Demand, address: AddressResource): Answer {
  if (address.body.resource && address.body.resource.type !== "custom") throw attached(address);
  if (isBody(input.to_resource))
    hold(world, address, readCustom(input.to_resource, address.id, "to_resource"));
  else letGo(world, address);
  return answer(world, address);
}

/** Refusal for an address that something holds (rebuilt, not recorded). */
export function attached(address: AddressResource): Error {
  const holder = address.body.resource;
  return preconditionFailed(
    "resource_still_in_use",
    `IP ${address.body.address} is attached to ${holder?.type}`,
  );
}

const address = defineKind<AddressBody, AddressHidden>({
  name: "ipam.ip",
  dialect: projectOnly,
  collection: "/ipam/v1/regions/:region/ips",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "ips",
  localityFields: ["region"],
  // The network is found in `source`; an address keeps its network from being deleted.
  parent: { kind: "vpc.private_network", onDeletion: "refuse" },
  fields: {
    source: { type: "object", required: true, fixed: true },
    is_ipv6: { type: "boolean", fixed: true },
    address: { type: "string", fixed: true },
    tags: { type: "strings" },
    resource: { type: "object", fixed: true },
    reverses: { type: "list" },
  },
  indexed: {
    private_network_id: { parent: true },
    subnet_id: { role: "in subnet" },
    resource_id: { role: holderRole },
    resource_ids: { role: holderRole },
  },
  filters: {
    is_ipv6: "is_ipv6",
    ip_ids: "id",
    attached: ({ body }, value) => String(body.resource !== null) === value,
    resource_type: ({ body }, value) => value === "unknown_type" || body.resource?.type === value,
    resource_types: ({ body }, value) => body.resource?.type === value,
    resource_name: ({ body }, value) => body.resource?.name === value,
    mac_address: ({ body }, value) => body.resource?.mac_address?.toLowerCase() === value.toLowerCase(),
    zonal: () => false,
    vpc_id: inVpc,
    source_vpc_id: inVpc,
  },
  missing: (id) => notFound("ip", id),
  prepare: (world, draft, { input, locality }) => {
    const network = findNetwork(world, input.source, locality);
    const asked = draft.body.address || undefined;
    if (asked !== undefined && !ipaddr.isValid(asked))
      throw invalidArgument("address", "not an address", "format");
    draft.parent = network.id;
    const booked = bookAddress(world, network, { ipv6: draft.body.is_ipv6, asked, owner: draft.id });
    draft.body.address = booked.address;
    draft.body.source = { subnet_id: booked.subnetId };
    draft.body.resource = input.resource ? readCustom(input.resource, draft.id, "resource") : null;
  },
  created: (world, draft) => {
    world.store.link(draft.id, "in subnet", draft.body.source.subnet_id);
    if (draft.body.resource) world.store.link(draft.id, holderRole, draft.body.resource.id);
  },
  removing: (_world, draft, request) => {
    if (request && draft.body.resource && draft.body.resource.type !== "custom") throw attached(draft);
  },
  view: () => ({ zone: null }),
  actions: [
    { method: "POST", path: "/attach", run: attach },
    { method: "POST", path: "/detach", run: detach },
    { method: "POST", path: "/move", run: move },
  ],
});

function inVpc(resource: Resource<AddressBody>, value: string, world: World): boolean {
  return world.store.get(resource.parent)?.parent === value;
}

export const ipam: Service = {
  kinds: [address],
  calls: [
    {
      method: "POST",
      path: "/ipam/v1/regions/:region/ip-sets/release",
      run: (world, { input, locality }) => {
        for (const id of Array.isArray(input.ip_ids) ? input.ip_ids : []) {
          const held = world.require<AddressBody, AddressHidden>("ipam.ip", String(id), locality);
          if (held.body.resource && held.body.resource.type !== "custom") throw attached(held);
          world.remove(held);
        }
        return { status: 204 };
      },
    },
  ],
};
