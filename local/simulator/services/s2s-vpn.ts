import { randomUUID } from "node:crypto";
import { standard } from "../core/dialects.ts";
import { invalidArgument, notFound, preconditionFailed } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type Answer, type Demand, defineKind, type Service } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { attachAddresses, detachAddresses, networkFor } from "./ipam-booking.ts";

const base = "/s2s-vpn/v1alpha1/regions/:region";

/** Which routes pass a BGP session. */
const routingPolicy = defineKind({
  name: "s2s.routing_policy",
  dialect: standard,
  collection: `${base}/routing-policies`,
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "routing_policies",
  localityFields: ["region"],
  fields: {
    name: { type: "string" },
    tags: { type: "strings" },
    is_ipv6: { type: "boolean", fixed: true },
    prefix_filter_in: { type: "strings" },
    prefix_filter_out: { type: "strings" },
  },
  missing: (id) => notFound("routing_policy", id),
});

function connectionIds(role: string) {
  return (world: World, { id }: Resource): Body => ({ connection_ids: world.store.sources(id, role) });
}

/** The customer's side of a tunnel. */
const customerGateway = defineKind({
  name: "s2s.customer_gateway",
  dialect: standard,
  collection: `${base}/customer-gateways`,
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "gateways",
  localityFields: ["region"],
  fields: {
    name: { type: "string" },
    tags: { type: "strings" },
    asn: { type: "integer", required: true },
    ipv4_public: { type: "string", argument: true },
    ipv6_public: { type: "string", argument: true },
  },
  missing: (id) => notFound("customer_gateway", id),
  prepare: (_world, { body }, { input }) => setPublic(body, input),
  changed: (_world, { body }, { input }) => setPublic(body, input),
  view: connectionIds("customer_gateway_id"),
});

/** Addresses are said with a prefix length and answered without. */
function setPublic(body: Body, input: Body): void {
  for (const family of ["ipv4", "ipv6"]) {
    const said = input[`${family}_public`];
    if (typeof said === "string" && said !== "") body[`public_${family}`] = said.replace(/\/.*/, "");
  }
}

interface GatewayBody {
  private_network_id: string;
  ipam_private_ipv4_id: string;
  ipam_private_ipv6_id: string;
  public_config: Body;
  zone: string;
}

/** Scaleway's side of a tunnel, in a private network. */
const vpnGateway = defineKind<GatewayBody>({
  name: "s2s.vpn_gateway",
  dialect: standard,
  collection: `${base}/vpn-gateways`,
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "gateways",
  localityFields: ["region"],
  fields: {
    name: { type: "string" },
    tags: { type: "strings" },
    gateway_type: { type: "string", required: true, fixed: true },
    private_network_id: {
      type: "uuid",
      required: true,
      fixed: true,
      refersTo: { kind: "vpc.private_network", onDeletion: "refuse" },
    },
    zone: { type: "string", fixed: true },
    asn: { type: "integer", initial: 12_876, fixed: true },
    public_config: { type: "object", argument: true },
    ipam_private_ipv4_id: { type: "uuid", argument: true },
    ipam_private_ipv6_id: { type: "uuid", argument: true },
  },
  states: { field: "status", path: ["provisioning", "active"] },
  missing: (id) => notFound("vpn_gateway", id),
  deletion: { status: "deprovisioning" },
  created: (world, made, { input }) => {
    const network = networkFor(world, made.body.private_network_id, made.locality);
    const number = world.store.next("vpn mac").toString(16).padStart(4, "0");
    const holder = {
      type: "s2s_vpn_gateway",
      id: made.id,
      mac_address: `02:00:00:FB:${number.replace(/(..)(..)/, "$1:$2")}`.toUpperCase(),
      name: made.name,
    };
    const [v4, v6] = (["ipv4", "ipv6"] as const).map((family) => {
      const asked = input[`ipam_private_${family}_id`];
      return attachAddresses(world, network, typeof asked === "string" ? [asked] : [], holder, [family])[0];
    });
    made.body.ipam_private_ipv4_id = v4?.id ?? "";
    made.body.ipam_private_ipv6_id = v6?.id ?? "";
    // Public addresses of a VPN gateway are not in IPAM's lists: their ids are all that is answered.
    const asked = isBody(input.public_config) ? input.public_config : {};
    made.body.public_config = {
      ipam_ipv4_id: asked.ipam_ipv4_id ?? randomUUID(),
      ipam_ipv6_id: asked.ipam_ipv6_id ?? randomUUID(),
    };
    world.store.save(made);
  },
  removing: (world, held) => {
    if (world.store.sources(held.id, "vpn_gateway_id").length > 0)
      throw preconditionFailed("resource_still_in_use", "the VPN gateway has connections");
    detachAddresses(world, held.id);
  },
  view: connectionIds("vpn_gateway_id") as never,
});

interface ConnectionBody {
  route_propagation_enabled: boolean;
  secret_revision: number;
}

function session(input: Body, family: "ipv4" | "ipv6"): Body {
  const said = input[`bgp_config_${family}`];
  if (!isBody(said)) return {};
  const { routing_policy_id, private_ip, peer_private_ip } = said;
  return { [`bgp_session_${family}`]: { routing_policy_id, private_ip, peer_private_ip } };
}

function create(world: World, request: Demand): Answer {
  const made = world.create("s2s.connection", request);
  return { status: 200, body: { connection: world.show(made), pre_shared_key: "" } };
}

function propagate(on: boolean) {
  return (world: World, _demand: Demand, held: Resource<ConnectionBody>): Answer => {
    held.body.route_propagation_enabled = on;
    world.keep(held);
    return { status: 200, body: world.show(held) };
  };
}

/** A tunnel between two gateways. It stays down: nobody is at the other end. */
const connection = defineKind<ConnectionBody>({
  name: "s2s.connection",
  dialect: standard,
  collection: `${base}/connections`,
  calls: ["list", "get", "patch", "delete"],
  listKey: "connections",
  localityFields: ["region"],
  fields: {
    name: { type: "string" },
    tags: { type: "strings" },
    is_ipv6: { type: "boolean", fixed: true },
    initiation_policy: { type: "string", values: ["vpn_gateway", "customer_gateway"] },
    ikev2_ciphers: { type: "list" },
    esp_ciphers: { type: "list" },
    enable_route_propagation: { type: "boolean", fixed: true, answeredAs: "route_propagation_enabled" },
    vpn_gateway_id: {
      type: "uuid",
      required: true,
      fixed: true,
      refersTo: { kind: "s2s.vpn_gateway", onDeletion: "refuse" },
    },
    customer_gateway_id: {
      type: "uuid",
      required: true,
      fixed: true,
      refersTo: { kind: "s2s.customer_gateway", onDeletion: "refuse" },
    },
    bgp_config_ipv4: { type: "object", argument: true },
    bgp_config_ipv6: { type: "object", argument: true },
  },
  states: { field: "status", path: ["down"] },
  missing: (id) => notFound("connection", id),
  prepare: (world, draft, { input, locality }) => {
    const sessions = { ...session(input, "ipv4"), ...session(input, "ipv6") };
    if (Object.keys(sessions).length === 0)
      throw invalidArgument("bgp_config_ipv4", "bgp_config_ipv4 or bgp_config_ipv6", "required");
    for (const one of Object.values(sessions) as Body[]) {
      world.require("s2s.routing_policy", String(one.routing_policy_id), locality);
    }
    Object.assign(draft.body, sessions, {
      bgp_status_ipv4: "bgp_session_ipv4" in sessions ? "down" : "disabled",
      bgp_status_ipv6: "bgp_session_ipv6" in sessions ? "down" : "disabled",
      tunnel_status: "down",
      tunnel_status_ipv4: "unknown_tunnel_status",
      tunnel_status_ipv6: "unknown_tunnel_status",
      secret_id: randomUUID(),
      secret_revision: 1,
    });
  },
  actions: [
    { method: "POST", path: "", onCollection: true, run: create },
    { method: "POST", path: "/enable-route-propagation", run: propagate(true) },
    { method: "POST", path: "/disable-route-propagation", run: propagate(false) },
    {
      method: "POST",
      path: "/renew-psk",
      run: (world, _demand, held) => {
        held.body.secret_revision += 1;
        world.keep(held);
        return { status: 200, body: { connection: world.show(held), pre_shared_key: "" } };
      },
    },
  ],
});

/** Site-to-site VPN (v1alpha1). */
export const s2sVpn: Service = { kinds: [routingPolicy, customerGateway, vpnGateway, connection] };
