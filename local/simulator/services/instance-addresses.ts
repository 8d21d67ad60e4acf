import { instances } from "../core/dialects.ts";
import { conflict, notFound } from "../core/errors.ts";
import { defineKind } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { firstIpv6, takePublicIpv4, takePublicIpv6 } from "./public-addresses.ts";

export interface InstanceAddressBody {
  id: string;
  type: "routed_ipv4" | "routed_ipv6";
  address: string | null;
  prefix: string | null;
  tags: string[];
}

/** The role of the link from a public address to the Instance that holds it. */
export const publicAddressRole = "public address of";

/** Moves an address to a server, or to none. @throws 409 when another server holds it */
export function assignAddress(
  world: World,
  address: Resource<object, object>,
  server: string | undefined,
): void {
  const [holder] = world.store.targets(address.id, publicAddressRole);
  if (holder !== undefined && server !== undefined && holder !== server) {
    throw conflict("ip is already attached to another server");
  }
  world.store.unlink(address.id, publicAddressRole);
  if (server !== undefined) world.store.link(address.id, publicAddressRole, server);
  world.keep(address);
}

/** Public addresses of a server, IPv4 first. */
export function addressesOfServer(world: World, server: string): Resource<InstanceAddressBody>[] {
  return world.store
    .sources(server, publicAddressRole)
    .map((id) => world.store.get<InstanceAddressBody>(id, "instance.ip"))
    .filter((address) => address !== undefined)
    .sort((a, b) => (a.body.type < b.body.type ? -1 : a.body.type > b.body.type ? 1 : a.id < b.id ? -1 : 1));
}

/** How a server answers an address it holds. */
export function serverAddress(address: Resource<InstanceAddressBody>): Body {
  const { id, type, tags } = address.body;
  const ipv4 = type === "routed_ipv4";
  return {
    id,
    address: ipv4 ? address.body.address : firstIpv6(address.body.prefix ?? ""),
    dynamic: false,
    gateway: ipv4 ? "62.210.0.1" : "fe80::dc00:ff:fe20:186",
    netmask: ipv4 ? "32" : "64",
    family: ipv4 ? "inet" : "inet6",
    provisioning_mode: ipv4 ? "dhcp" : "slaac",
    tags,
    state: "attached",
    ipam_id: id,
  };
}

/** What a request says of the server: an id, none (`null`), or nothing. */
function readServer(world: World, address: Resource<object, object>, input: Body): void {
  if (input.server === undefined) return;
  if (input.server === null || input.server === "") assignAddress(world, address, undefined);
  else
    assignAddress(
      world,
      address,
      world.require("instance.server", String(input.server), address.locality).id,
    );
}

export const instanceAddress = defineKind<InstanceAddressBody>({
  name: "instance.ip",
  dialect: { ...instances, created: undefined, updated: undefined },
  collection: "/instance/v1/zones/:zone/ips",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "ips",
  wrapper: "ip",
  localityFields: ["zone"],
  fields: {
    type: { type: "string", initial: "routed_ipv4", values: ["routed_ipv4", "routed_ipv6"], fixed: true },
    tags: { type: "strings" },
    reverse: { type: "string", initial: null },
    server: { type: "any", argument: true },
  },
  filters: { type: "type" },
  quotas: [{ quota: "instanceIps", within: "organization" }],
  missing: (id) => notFound("instance_ip", id),
  prepare: (world, { id, body, locality }) => {
    const ipv4 = body.type === "routed_ipv4";
    body.address = ipv4 ? takePublicIpv4(world, locality, id) : null;
    body.prefix = ipv4 ? null : takePublicIpv6(world, locality);
  },
  created: (world, address, { input }) => readServer(world, address, input),
  changed: (world, address, { input }) => readServer(world, address, input),
  view: (world, address) => {
    const [id] = world.store.targets(address.id, publicAddressRole);
    const server = id === undefined ? undefined : world.store.get(id);
    return {
      server: server ? { id: server.id, name: server.name } : null,
      state: server ? "attached" : "detached",
      ipam_id: address.id,
    };
  },
});
