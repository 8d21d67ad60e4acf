import ipaddr from "ipaddr.js";
import { projectOnly, standard } from "../core/dialects.ts";
import { invalidArgument, notFound } from "../core/errors.ts";
import { type Answer, type Demand, defineKind } from "../core/kind.ts";
import { pageOf } from "../core/pages.ts";
import type { World } from "../core/world.ts";
import type { Body } from "../store/store.ts";
import type { PrivateNetworkBody } from "./vpc.ts";

interface RouteBody {
  destination: string;
  nexthop_resource_id: string | null;
  nexthop_private_network_id: string | null;
  nexthop_vpc_connector_id: string | null;
}

/** Custom routes of a VPC. Those of subnets are made by the network and are only listed. */
export const route = defineKind<RouteBody>({
  name: "vpc.route",
  dialect: { ...projectOnly, project: undefined },
  collection: "/vpc/v2/regions/:region/routes",
  calls: ["create", "get", "patch", "delete"],
  listKey: "routes",
  localityFields: ["region"],
  parent: { kind: "vpc.vpc", field: "vpc_id", onDeletion: "delete" },
  project: "parent",
  fields: {
    description: { type: "string" },
    tags: { type: "strings" },
    vpc_id: { type: "uuid", fixed: true, required: true },
    destination: { type: "string", required: true },
    nexthop_resource_id: { type: "uuid" },
    nexthop_private_network_id: {
      type: "uuid",
      refersTo: { kind: "vpc.private_network", onDeletion: "clear" },
    },
    nexthop_vpc_connector_id: { type: "uuid", refersTo: { kind: "vpc.connector", onDeletion: "clear" } },
  },
  // The recorded answers name no resource here.
  missing: () => notFound("unknown", ""),
  prepare: (_world, { body }) => checkDestination(body.destination),
  changed: (_world, { body }) => checkDestination(body.destination),
  view: () => ({ is_read_only: false, type: "custom" }),
});

function checkDestination(destination: string): void {
  if (!ipaddr.isValidCIDR(destination)) throw invalidArgument("destination", "not a CIDR", "format");
}

export const ingressRule = defineKind({
  name: "vpc.ingress_rule",
  dialect: standard,
  collection: "/vpc/v2/regions/:region/ingress-rules",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "rules",
  localityFields: ["region"],
  parent: { kind: "vpc.vpc", field: "vpc_id", onDeletion: "delete" },
  project: "parent",
  fields: {
    description: { type: "string" },
    tags: { type: "strings" },
    vpc_id: { type: "uuid", fixed: true, required: true },
    source: { type: "string", required: true },
    nexthop_resource_ip: { type: "string", required: true },
    nexthop_private_network_id: {
      type: "uuid",
      required: true,
      refersTo: { kind: "vpc.private_network", onDeletion: "clear" },
    },
  },
  indexed: { vpc_id: { parent: true } },
  missing: () => notFound("unknown", ""),
  view: (_world, { body }) => ({ is_ipv6: String(body.source).includes(":") }),
});

/** Connectors between two VPCs. `orphan` until the other side has one too. */
export const connector = defineKind({
  name: "vpc.connector",
  dialect: standard,
  collection: "/vpc/v2/regions/:region/vpc-connectors",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "vpc_connectors",
  localityFields: ["region"],
  parent: { kind: "vpc.vpc", field: "vpc_id", onDeletion: "refuse" },
  project: "parent",
  fields: {
    name: { type: "string" },
    tags: { type: "strings" },
    vpc_id: { type: "uuid", fixed: true, required: true },
    target_vpc_id: {
      type: "uuid",
      fixed: true,
      required: true,
      refersTo: { kind: "vpc.vpc", onDeletion: "refuse" },
    },
  },
  indexed: { vpc_id: { parent: true }, target_vpc_id: { role: "target_vpc_id" } },
  missing: (id) => notFound("vpc_connector", id),
  view: (world, { parent, body }) => {
    const back = world.store
      .list({ kind: "vpc.connector", parent: String(body.target_vpc_id) })
      .some((other) => other.body.target_vpc_id === parent);
    return { status: back ? "peered" : "orphan" };
  },
});

function subnetRoutes(network: PrivateNetworkBody): Body[] {
  return network.subnets.map((subnet) => ({
    id: subnet.id,
    created_at: subnet.created_at,
    updated_at: subnet.updated_at,
    description: "",
    destination: subnet.subnet,
    is_read_only: true,
    nexthop_private_network_id: network.id,
    nexthop_resource_id: null,
    nexthop_vpc_connector_id: null,
    region: subnet.region,
    tags: [],
    type: "subnet",
    vpc_id: network.vpc_id,
  }));
}

/** `GET /routes-with-nexthop`: subnet and custom routes of a VPC, or of all. */
export function routesWithNextHop(world: World, { locality, query }: Demand): Answer {
  const parent = query.get("vpc_id") ?? undefined;
  const networks = world.store.list<PrivateNetworkBody>({ kind: "vpc.private_network", locality, parent });
  const custom = world.store
    .list({ kind: "vpc.route", locality, parent })
    .map((resource) => world.show(resource));
  const routes = [...networks.flatMap((network) => subnetRoutes(network.body)), ...custom]
    .filter((one) => (query.get("route_type") ?? one.type) === one.type)
    .map((one) => ({
      route: one,
      nexthop_ip: null,
      nexthop_name: null,
      nexthop_resource_type: "unknown_type",
    }));
  return { status: 200, body: { routes: pageOf(routes, query, standard), total_count: routes.length } };
}
