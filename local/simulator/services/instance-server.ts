import { randomUUID } from "node:crypto";
import { instances } from "../core/dialects.ts";
import { invalidArgument, notFound, preconditionFailed } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type Demand, defineKind } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { actions, isProtected } from "./instance-actions.ts";
import { addressesOfServer, assignAddress, serverAddress } from "./instance-addresses.ts";
import { defaultGroup, groupRole } from "./instance-groups.ts";
import { imageBody } from "./instance-images.ts";
import { instanceType } from "./instance-types.ts";
import { makeVolumes, replaceVolumes, volumesView } from "./instance-volumes.ts";

export interface ServerBody {
  id: string;
  name: string;
  commercial_type: string;
  arch: string;
  state: "running" | "stopped" | "stopped in place";
  state_detail: string;
  hostname: string;
  protected: boolean;
  image: Body | null;
  placement_group: string | null;
  mac_address: string;
  tags: string[];
  public_ips: string[];
  project: string;
}

export interface ServerHidden {
  /** Volume ids by their key in `volumes`. */
  volumes?: Record<string, string>;
  userData?: Record<string, string>;
  boots?: number;
}

export type Server = Resource<ServerBody, ServerHidden>;

const typeRole = "commercial type";

function allowedActions(state: ServerBody["state"]): string[] {
  if (state === "running") return ["poweroff", "terminate", "reboot", "stop_in_place", "backup"];
  return state === "stopped" ? ["poweron", "backup"] : ["poweron", "poweroff", "terminate", "backup"];
}

/** Reads the type and counts it against what is granted of it. */
function takeType(world: World, server: Server): void {
  const name = server.body.commercial_type;
  const type = instanceType(name, server.locality);
  if (!type) throw invalidArgument("commercial_type", `${name} is not sold in ${server.locality}`);
  world.grant(`instances/${name}`, `instance_servers_${name}`, world.store.sources(name, typeRole).length);
  server.body.arch = type.arch;
}

function setGroup(world: World, server: Server, id: string): void {
  const group = world.require("instance.security_group", id, server.locality);
  world.store.unlink(server.id, groupRole);
  world.store.link(server.id, groupRole, group.id);
}

function setAddresses(world: World, server: Server, ids: readonly string[]): void {
  for (const address of addressesOfServer(world, server.id)) {
    if (!ids.includes(address.id)) assignAddress(world, address, undefined);
  }
  for (const id of ids) assignAddress(world, world.require("instance.ip", id, server.locality), server.id);
}

function created(world: World, server: Server, { input }: Demand): void {
  world.store.link(server.id, typeRole, server.body.commercial_type);
  const group =
    typeof input.security_group === "string" && input.security_group !== ""
      ? input.security_group
      : undefined;
  setGroup(world, server, group ?? defaultGroup(world, server.project, server.locality));
  const asked = Array.isArray(input.public_ips) ? input.public_ips : input.public_ip ? [input.public_ip] : [];
  setAddresses(world, server, asked.map(String));
  makeVolumes(world, server, isBody(input.volumes) ? input.volumes : {});
  world.store.save(server);
}

function changed(world: World, server: Server, { input }: Demand, before: ServerBody): void {
  if (input.placement_group === null) server.body.placement_group = null;
  if (isBody(input.security_group)) setGroup(world, server, String(input.security_group.id));
  if (Array.isArray(input.public_ips)) setAddresses(world, server, input.public_ips.map(String));
  if (isBody(input.volumes)) replaceVolumes(world, server, input.volumes);
  if (server.body.commercial_type !== before.commercial_type) {
    if (server.body.state === "running") {
      throw preconditionFailed("instance_running", "the server must be stopped to change its type", 400);
    }
    takeType(world, server);
    world.store.unlink(server.id, typeRole);
    world.store.link(server.id, typeRole, server.body.commercial_type);
  }
}

function view(world: World, server: Server): Body {
  const { body } = server;
  const [groupId] = world.store.targets(server.id, groupRole);
  const group = groupId === undefined ? undefined : world.store.get(groupId);
  const addresses = addressesOfServer(world, server.id).map(serverAddress);
  const placement = body.placement_group === null ? undefined : world.store.get(body.placement_group);
  const nics = world.store.list({ kind: "instance.private_nic", parent: server.id });
  return {
    public_ip: addresses[0] ?? null,
    public_ips: addresses,
    volumes: volumesView(world, server),
    security_group: group ? { id: group.id, name: group.name } : null,
    placement_group: placement ? world.show(placement) : null,
    private_nics: nics.map((nic) => world.show(nic)),
    allowed_actions: allowedActions(body.state),
    routed_ip_enabled: true,
    enable_ipv6: false,
    ipv6: null,
    private_ip: null,
    extra_networks: [],
    bootscript: null,
    location: body.state === "running" ? location(server) : null,
    maintenances: [],
    filesystems: [],
    end_of_service: instanceType(body.commercial_type, server.locality)?.ended ?? false,
    admin_password_encrypted_value: null,
    dns: `${server.id}.pub.instances.scw.cloud`,
  };
}

function location(server: Server): Body {
  return {
    zone_id: server.locality,
    platform_id: "14",
    cluster_id: "19",
    hypervisor_id: String(Number.parseInt(server.id.slice(0, 3), 16)),
    node_id: String(Number.parseInt(server.id.slice(3, 5), 16)),
  };
}

/** Instances (v1). */
export const server = defineKind<ServerBody, ServerHidden>({
  name: "instance.server",
  dialect: instances,
  collection: "/instance/v1/zones/:zone/servers",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "servers",
  wrapper: "server",
  localityFields: ["zone"],
  fields: {
    name: { type: "string" },
    commercial_type: { type: "string", required: true },
    image: { type: "uuid", argument: true },
    boot_type: { type: "string", initial: "local", values: ["local", "bootscript", "rescue"] },
    tags: { type: "strings" },
    protected: { type: "boolean" },
    dynamic_ip_required: { type: "boolean" },
    placement_group: {
      type: "uuid",
      refersTo: { kind: "instance.placement_group", onDeletion: "refuse" },
    },
    admin_password_encryption_ssh_key_id: { type: "uuid" },
  },
  states: { field: "state", path: ["stopped"] },
  filters: {
    commercial_type: "commercial_type",
    state: "state",
    servers: "id",
    private_network: onNetwork,
    private_networks: onNetwork,
  },
  missing: (id) => notFound("instance_server", id),
  prepare: (world, draft, { input }) => {
    takeType(world, draft);
    const { body } = draft;
    body.state_detail = "";
    body.hostname = body.name;
    body.image =
      typeof input.image === "string" && input.image !== ""
        ? imageBody(world, input.image, draft.locality)
        : null;
    if (body.image && body.image.arch !== body.arch)
      throw invalidArgument("image", `the image is not for ${body.arch}`);
    body.mac_address = `de:00:00:${randomUUID()
      .slice(0, 6)
      .replace(/(..)(..)(..)/, "$1:$2:$3")}`;
    draft.hidden = { volumes: {}, userData: {}, boots: 0 };
  },
  created,
  changed,
  removing: (world, held, request) => {
    // The API's own call; a termination comes here without one.
    if (request && held.body.state === "running") {
      throw preconditionFailed("instance_running", "the server must be stopped before it is deleted", 400);
    }
    if (request && isProtected(held))
      throw preconditionFailed("resource_protected", "the server is protected", 400);
    setAddresses(world, held, []);
    replaceVolumes(world, held, {});
  },
  view,
  actions,
});

function onNetwork(resource: Resource<ServerBody>, value: string, world: World): boolean {
  return world.store
    .list({ kind: "instance.private_nic", parent: resource.id })
    .some((nic) => nic.body.private_network_id === value);
}
