import ipaddr from "ipaddr.js";
import { standard } from "../core/dialects.ts";
import { invalidArgument, notFound, preconditionFailed } from "../core/errors.ts";
import { type Answer, type Demand, defineKind, type Service } from "../core/kind.ts";
import { demand, type World } from "../core/world.ts";
import type { Resource } from "../store/store.ts";
import { addressesOf, attachAddresses, detachAddresses, networkFor } from "./ipam-booking.ts";
import { reverseName, takePublicIpv4 } from "./public-addresses.ts";

interface AddressBody {
  id: string;
  address: string;
  gateway_id: string | null;
  reverse: string | null;
}

const address = defineKind<AddressBody>({
  name: "vpcgw.ip",
  dialect: standard,
  collection: "/vpc-gw/v2/zones/:zone/ips",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "ips",
  localityFields: ["zone"],
  fields: {
    tags: { type: "strings" },
    reverse: { type: "string", initial: null },
    gateway_id: { type: "uuid", refersTo: { kind: "vpcgw.gateway", onDeletion: "clear" } },
  },
  filters: {
    reverse: "reverse",
    is_free: ({ body }, value) => String(body.gateway_id === null) === value,
  },
  quotas: [{ quota: "gatewayIps", within: "organization" }],
  missing: (id) => notFound("ip", id),
  prepare: (world, { id, body, locality }) => {
    body.address = takePublicIpv4(world, locality, id);
    body.reverse ??= reverseName(body.address, "instances.scw.cloud", "backward");
  },
  removing: (_world, { body }, request) => {
    if (request && body.gateway_id !== null)
      throw preconditionFailed("resource_still_in_use", "the IP is used by a gateway");
  },
});

interface GatewayBody {
  id: string;
  name: string;
  type: string;
  bandwidth: number;
  bastion_port: number;
  bastion_allowed_ips: string[];
  ip_id?: string;
}

type Gateway = Resource<GatewayBody>;

/** Megabits a second by type. S is recorded; L and XL are of the FAQ of 2025-09-24; M is not published. */
const bandwidths: Readonly<Record<string, number>> = {
  "VPC-GW-S": 100,
  "VPC-GW-M": 1000,
  "VPC-GW-L": 3000,
  "VPC-GW-XL": 10_000,
};

function setType(body: GatewayBody): void {
  const bandwidth = bandwidths[body.type];
  if (bandwidth === undefined) throw invalidArgument("type", `one of: ${Object.keys(bandwidths).join(", ")}`);
  body.bandwidth = bandwidth;
}

function checkBastionPort(body: GatewayBody): void {
  const port = body.bastion_port;
  if (port !== 61_000 && (port < 1024 || port > 59_999))
    throw invalidArgument("bastion_port", "61000 or 1024 to 59999");
}

function setAllowed(world: World, gateway: Gateway, ranges: string[]): Answer {
  for (const range of ranges) {
    if (!ipaddr.isValidCIDR(range)) throw invalidArgument("ip_ranges", `${range} is not a CIDR`, "format");
  }
  gateway.body.bastion_allowed_ips = ranges;
  world.keep(gateway);
  return { status: 200, body: { ip_ranges: ranges } };
}

const gateway = defineKind<GatewayBody>({
  name: "vpcgw.gateway",
  dialect: standard,
  collection: "/vpc-gw/v2/zones/:zone/gateways",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "gateways",
  localityFields: ["zone"],
  fields: {
    name: { type: "string" },
    tags: { type: "strings" },
    type: { type: "string", required: true, fixed: true },
    enable_smtp: { type: "boolean", answeredAs: "smtp_enabled" },
    enable_bastion: { type: "boolean", answeredAs: "bastion_enabled" },
    bastion_port: { type: "integer", initial: 61_000 },
    ip_id: { type: "uuid", argument: true },
  },
  states: { field: "status", path: ["allocating", "configuring", "running"] },
  filters: { types: "type", status: "status" },
  quotas: [{ quota: "publicGateways", within: "organization" }],
  missing: (id) => notFound("gateway", id),
  deletion: { status: "deleting" },
  prepare: (_world, { body }) => {
    setType(body);
    checkBastionPort(body);
    body.bastion_allowed_ips = ["0.0.0.0/0"];
  },
  created: (world, made, { input }) => {
    const asked = typeof input.ip_id === "string" && input.ip_id !== "" ? input.ip_id : undefined;
    const fresh = () => world.create("vpcgw.ip", demand(made.locality, { project_id: made.project })).id;
    const held = world.require<AddressBody>("vpcgw.ip", asked ?? fresh(), made.locality);
    if (held.body.gateway_id !== null) throw invalidArgument("ip_id", "the IP is used by another gateway");
    held.body.gateway_id = made.id;
    world.keep(held);
  },
  changed: (_world, { body }) => checkBastionPort(body),
  removing: (world, held, request) => {
    const release = request?.query.get("delete_ip") === "true";
    for (const id of world.store.sources(held.id, "gateway_id")) {
      const one = world.store.get<AddressBody>(id, "vpcgw.ip");
      if (one && release) world.remove(one);
    }
  },
  view: (world, held) => {
    const ip = world.store
      .sources(held.id, "gateway_id")
      .map((id) => world.store.get(id, "vpcgw.ip"))
      .find((one) => one !== undefined);
    return {
      ipv4: ip ? world.show(ip) : null,
      gateway_networks: world.store
        .list({ kind: "vpcgw.gateway_network", parent: held.id })
        .map((one) => world.show(one)),
      is_legacy: false,
      version: "0.7.8",
      can_upgrade_to: null,
    };
  },
  actions: [
    {
      method: "PUT",
      path: "/bastion-allowed-ips",
      run: (world, { input }, held) =>
        setAllowed(world, held, Array.isArray(input.ip_ranges) ? input.ip_ranges.map(String) : []),
    },
    {
      method: "POST",
      path: "/bastion-allowed-ips",
      run: (world, { input }, held) =>
        setAllowed(world, held, [...held.body.bastion_allowed_ips, String(input.ip_range)]),
    },
    {
      method: "POST",
      path: "/refresh-ssh-keys",
      run: (world, _demand, held) => ({ status: 200, body: world.show(held) }),
    },
    {
      method: "POST",
      path: "/upgrade",
      run: (world, { input }, held) => {
        if (typeof input.type === "string") held.body.type = input.type;
        setType(held.body);
        world.keep(held);
        return { status: 200, body: world.show(held) };
      },
    },
  ],
});

interface AttachmentBody {
  private_network_id: string;
  mac_address: string;
}

function setAddress(world: World, attachment: Resource<AttachmentBody>, asked: unknown): void {
  const ids = typeof asked === "string" && asked !== "" ? [asked] : [];
  const network = networkFor(world, attachment.body.private_network_id, attachment.locality);
  const holder = {
    type: "vpc_gateway_network",
    id: attachment.id,
    mac_address: attachment.body.mac_address,
    name: world.store.get(attachment.parent)?.name ?? null,
  };
  attachAddresses(world, network, ids, holder, ["ipv4"]);
}

const gatewayNetwork = defineKind<AttachmentBody>({
  name: "vpcgw.gateway_network",
  dialect: { ...standard, organization: undefined, project: undefined },
  collection: "/vpc-gw/v2/zones/:zone/gateway-networks",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "gateway_networks",
  localityFields: ["zone"],
  parent: { kind: "vpcgw.gateway", field: "gateway_id", onDeletion: "delete" },
  project: "parent",
  fields: {
    gateway_id: { type: "uuid", required: true, fixed: true },
    private_network_id: {
      type: "uuid",
      required: true,
      fixed: true,
      refersTo: { kind: "vpc.private_network", onDeletion: "refuse" },
    },
    enable_masquerade: { type: "boolean", answeredAs: "masquerade_enabled" },
    push_default_route: { type: "boolean" },
    ipam_ip_id: { type: "uuid", argument: true },
  },
  states: { field: "status", path: ["created", "configuring", "ready"] },
  indexed: { gateway_ids: { parent: true }, private_network_ids: { role: "private_network_id" } },
  quotas: [{ quota: "privateNetworksPerGateway", within: "parent" }],
  missing: (id) => notFound("gateway_network", id),
  deletion: { status: "detaching" },
  prepare: (world, { body, parent, locality }) => {
    networkFor(world, body.private_network_id, locality);
    const twin = world.store
      .list<AttachmentBody>({ kind: "vpcgw.gateway_network", parent })
      .some((other) => other.body.private_network_id === body.private_network_id);
    if (twin) throw invalidArgument("private_network_id", "already attached to this gateway");
    const number = world.store.next("gateway mac").toString(16).padStart(4, "0");
    body.mac_address = `02:00:00:FC:${number.replace(/(..)(..)/, "$1:$2")}`.toUpperCase();
  },
  created: (world, made, { input }) => setAddress(world, made, input.ipam_ip_id),
  changed: (world, held, { input }) => {
    const [current] = addressesOf(world, held.id);
    if (typeof input.ipam_ip_id !== "string" || input.ipam_ip_id === current?.id) return;
    detachAddresses(world, held.id);
    setAddress(world, held, input.ipam_ip_id);
  },
  removing: (world, held) => detachAddresses(world, held.id),
  view: (world, held) => ({ ipam_ip_id: addressesOf(world, held.id)[0]?.id ?? null }),
});

interface PatBody {
  public_port: number;
  private_port: number;
  private_ip: string;
  protocol: "tcp" | "udp" | "both";
}

function checkPat(world: World, draft: Resource<PatBody>): void {
  const { body } = draft;
  if (!ipaddr.isValid(body.private_ip)) throw invalidArgument("private_ip", "not an address", "format");
  for (const name of ["public_port", "private_port"] as const) {
    if (body[name] < 1 || body[name] > 65_535) throw invalidArgument(name, "1 to 65535");
  }
  const twin = world.store.list<PatBody>({ kind: "vpcgw.pat_rule", parent: draft.parent }).find((other) => {
    const meet =
      other.body.protocol === body.protocol || "both" === body.protocol || "both" === other.body.protocol;
    return other.id !== draft.id && other.body.public_port === body.public_port && meet;
  });
  if (twin) throw invalidArgument("public_port", `port ${body.public_port} is taken by rule ${twin.id}`);
}

const patRule = defineKind<PatBody>({
  name: "vpcgw.pat_rule",
  dialect: { ...standard, organization: undefined, project: undefined },
  collection: "/vpc-gw/v2/zones/:zone/pat-rules",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "pat_rules",
  localityFields: ["zone"],
  parent: { kind: "vpcgw.gateway", field: "gateway_id", onDeletion: "delete" },
  project: "parent",
  fields: {
    gateway_id: { type: "uuid", required: true, fixed: true },
    public_port: { type: "integer", required: true },
    private_ip: { type: "string", required: true },
    private_port: { type: "integer", required: true },
    protocol: { type: "string", initial: "both", values: ["tcp", "udp", "both", "unknown_protocol"] },
  },
  indexed: { gateway_ids: { parent: true } },
  quotas: [{ quota: "patRules", within: "organization" }],
  missing: (id) => notFound("pat_rule", id),
  prepare: checkPat,
  changed: (world, held, _request: Demand, before) => {
    if ((held.body.protocol as string) === "unknown_protocol") held.body.protocol = before.protocol;
    checkPat(world, held);
  },
});

export const vpcGateway: Service = { kinds: [gateway, gatewayNetwork, patRule, address] };
