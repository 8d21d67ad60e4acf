import { randomUUID } from "node:crypto";
import { standard } from "../core/dialects.ts";
import { invalidArgument, plainNotFound, preconditionFailed } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type Answer, type Demand, defineKind } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { checkCloudInit, findOffer, findSystem, type Offer } from "./baremetal-catalogue.ts";
import { findOption, privateNetworkOption } from "./baremetal-options.ts";
import { defaultSchema } from "./baremetal-partitions.ts";
import { firstIpv6, takePublicIpv4, takePublicIpv6 } from "./public-addresses.ts";

export interface MetalBody {
  id: string;
  name: string;
  offer_id: string;
  offer_name: string;
  status: "ready" | "stopped";
  tags: string[];
  install: Body | null;
  ips: { id: string; address: string; reverse: string; version: "IPv4" | "IPv6" }[];
  options: (Body & { id: string })[];
  domain: string;
  boot_type: string;
  protected: boolean;
  /** base64 of cloud-init. */
  user_data: string | null;
}

export interface MetalHidden {
  mac?: string;
  /** Changes at each install; "" while there is no system. */
  installation?: string;
  boots?: number;
  /** Public keys that the install wrote. */
  keys?: string[];
}

export type Metal = Resource<MetalBody, MetalHidden>;

/** The role of the link from a server to its offer's name: what quotas count. */
const offerRole = "offer";

function readKeys(world: World, ids: unknown, required: boolean): { ids: string[]; keys: string[] } {
  const given = Array.isArray(ids) ? ids.map(String) : [];
  if (required && given.length === 0)
    throw invalidArgument("install.ssh_key_ids", "at least one key", "required");
  const keys = given.map((id) => String(world.require("iam.ssh_key", id, "").body.public_key));
  return { ids: given, keys };
}

/** Installs a system: a new disk with what the request says. */
function install(world: World, server: Metal, input: Body): void {
  const offer = findOffer(server.body.offer_id, server.locality);
  const system = findSystem(String(input.os_id ?? ""), server.locality);
  if (server.body.user_data !== null) checkCloudInit(offer, system);
  const { ids, keys } = readKeys(world, input.ssh_key_ids, system.ssh.required);
  const text = (value: unknown, fallback: string) =>
    typeof value === "string" && value !== "" ? value : fallback;
  server.body.install = {
    os_id: system.id,
    hostname: text(input.hostname, ""),
    ssh_key_ids: ids,
    status: "completed",
    user: text(input.user, system.user.default_value ?? ""),
    service_user: text(input.service_user, ""),
    service_url: "",
    partitioning_schema: isBody(input.partitioning_schema) ? input.partitioning_schema : defaultSchema(offer),
  };
  server.hidden.keys = keys.sort();
  server.hidden.installation = randomUUID();
  server.hidden.boots = 1;
  server.body.status = "ready";
}

function takeOffer(world: World, server: Metal): Offer {
  const offer = findOffer(server.body.offer_id, server.locality);
  const used = world.store.sources(offer.name, offerRole).length;
  world.grant(`bareMetal/${offer.name}`, `baremetal_servers_${offer.name}`, used);
  server.body.offer_name = offer.name;
  return offer;
}

function addresses(world: World, server: Metal): MetalBody["ips"] {
  const { domain } = server.body;
  const made = (address: string, version: "IPv4" | "IPv6") => ({
    id: randomUUID(),
    address,
    reverse: domain,
    reverse_status: "active",
    reverse_status_message: "",
    version,
  });
  return [
    made(takePublicIpv4(world, server.locality, server.id), "IPv4"),
    made(firstIpv6(takePublicIpv6(world, server.locality)), "IPv6"),
  ];
}

function keep(world: World, server: Metal): Answer {
  world.keep(server);
  return { status: 200, body: world.show(server) };
}

function power(status: MetalBody["status"]) {
  return (world: World, { input }: Demand, server: Metal): Answer => {
    server.body.status = status;
    if (typeof input.boot_type === "string") server.body.boot_type = input.boot_type;
    if (status === "ready") server.hidden.boots = (server.hidden.boots ?? 0) + 1;
    return keep(world, server);
  };
}

function addOption(world: World, { input, params }: Demand, server: Metal): Answer {
  const option = findOption(params.option ?? "");
  const others = server.body.options.filter((one) => one.id !== option.id);
  const added = {
    ...option,
    id: String(option.id),
    status: "option_status_enable",
    expires_at: input.expires_at ?? null,
  };
  server.body.options = [...others, added];
  return keep(world, server);
}

function removeOption(world: World, { params }: Demand, server: Metal): Answer {
  const attached = world.store.count({ kind: "baremetal.private_network", parent: server.id });
  if (params.option === privateNetworkOption && attached > 0) {
    throw preconditionFailed("resource_still_in_use", "private networks are still attached to the server");
  }
  server.body.options = server.body.options.filter((one) => one.id !== params.option);
  return keep(world, server);
}

function renameAddress(world: World, { input, params }: Demand, server: Metal): Answer {
  const address = server.body.ips.find((one) => one.id === params.address);
  if (!address) throw plainNotFound("Not Found");
  if (typeof input.reverse === "string") address.reverse = input.reverse;
  world.keep(server);
  return { status: 200, body: address };
}

/** Elastic Metal servers (v1). */
export const metalServer = defineKind<MetalBody, MetalHidden>({
  name: "baremetal.server",
  dialect: standard,
  collection: "/baremetal/v1/zones/:zone/servers",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "servers",
  localityFields: ["zone"],
  fields: {
    name: { type: "string", required: true },
    description: { type: "string" },
    offer_id: { type: "uuid", required: true, fixed: true },
    tags: { type: "strings" },
    protected: { type: "boolean" },
    user_data: { type: "string", initial: null },
    install: { type: "object", argument: true },
    option_ids: { type: "strings", argument: true },
  },
  states: { field: "status", path: ["ordered", "delivering", "ready"] },
  filters: { status: "status", option_id: ({ body }, id) => body.options.some((option) => option.id === id) },
  missing: () => plainNotFound("Not Found"),
  deletion: { status: "deleting" },
  prepare: (world, server, { input }) => {
    const { body } = server;
    const offer = takeOffer(world, server);
    if (body.user_data !== null) checkCloudInit(offer, undefined);
    body.domain = `${server.id}.${server.locality}.baremetal.scw.cloud`;
    body.ips = addresses(world, server);
    body.boot_type = "normal";
    body.install = null;
    body.options = (Array.isArray(input.option_ids) ? input.option_ids : []).map((id) => ({
      ...findOption(String(id)),
      id: String(id),
      status: "option_status_enable",
      expires_at: null,
    }));
    const number = world.store.next("bare metal mac").toString(16).padStart(6, "0");
    server.hidden = {
      mac: `B4:83:51:${number.replace(/(..)(..)(..)/, "$1:$2:$3")}`.toUpperCase(),
      installation: "",
      boots: 0,
      keys: [],
    };
    if (isBody(input.install)) install(world, server, input.install);
  },
  created: (world, server) => world.store.link(server.id, offerRole, server.body.offer_name),
  changed: (_world, server) => {
    if (server.body.user_data === "") server.body.user_data = null;
    else if (server.body.user_data !== null)
      checkCloudInit(findOffer(server.body.offer_id, server.locality), undefined);
  },
  removing: (_world, server, request) => {
    if (request && server.body.protected)
      throw preconditionFailed("protected_resource", "the server is protected");
  },
  view: () => ({ ping_status: "ping_status_up", rescue_server: null }),
  actions: [
    {
      method: "POST",
      path: "/install",
      run: (world, { input }, server) => {
        if (isBody(input.user_data) && typeof input.user_data.content === "string") {
          server.body.user_data = input.user_data.content;
        }
        install(world, server, input);
        return keep(world, server);
      },
    },
    { method: "POST", path: "/reboot", run: power("ready") },
    { method: "POST", path: "/start", run: power("ready") },
    { method: "POST", path: "/stop", run: power("stopped") },
    {
      method: "POST",
      path: "/migrate-offer-monthly",
      run: (world, _demand, server) => {
        const monthly = findOffer(server.body.offer_id, server.locality).monthly_offer_id;
        if (monthly === null) throw preconditionFailed("already_monthly", "the offer is monthly already");
        server.body.offer_id = monthly;
        return keep(world, server);
      },
    },
    { method: "POST", path: "/options/:option", run: addOption },
    { method: "DELETE", path: "/options/:option", run: removeOption },
    { method: "PATCH", path: "/ips/:address", run: renameAddress },
  ],
});
