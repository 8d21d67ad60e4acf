import { standard } from "../core/dialects.ts";
import { notFound, stillInUse } from "../core/errors.ts";
import { type Answer, type Demand, defineKind, type Service } from "../core/kind.ts";
import { demand, type World } from "../core/world.ts";
import type { Resource } from "../store/store.ts";
import { type AccessControlList, openList, readList } from "./access-control.ts";
import { makeSubnets, type Subnet } from "./subnets.ts";
import { connector, ingressRule, route, routesWithNextHop } from "./vpc-routes.ts";

export interface VpcHidden {
  ipv4?: AccessControlList;
  ipv6?: AccessControlList;
}

export interface PrivateNetworkBody {
  id: string;
  name: string;
  vpc_id: string;
  subnets: Subnet[];
  tags: string[];
  updated_at: string;
  default_route_propagation_enabled: boolean;
}

function answer(world: World, resource: Resource<object, object>): Answer {
  return { status: 200, body: world.show(resource) };
}

function turnOn(field: "routing_enabled" | "custom_routes_propagation_enabled") {
  return (world: World, _demand: Demand, vpc: Resource): Answer => {
    vpc.body[field] = true;
    world.keep(vpc);
    return answer(world, vpc);
  };
}

const vpc = defineKind({
  name: "vpc.vpc",
  dialect: standard,
  collection: "/vpc/v2/regions/:region/vpcs",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "vpcs",
  localityFields: ["region"],
  fields: {
    name: { type: "string" },
    tags: { type: "strings" },
    is_default: { type: "boolean", fixed: true },
    // Routing is on whatever is asked: VPCs without it are no longer made.
    enable_routing: { type: "boolean", argument: true },
    enable_transitivity: { type: "boolean", fixed: true, answeredAs: "transitivity_enabled" },
    custom_routes_propagation_enabled: { type: "boolean", fixed: true },
  },
  filters: { is_default: "is_default", routing_enabled: () => true },
  quotas: [{ quota: "vpcs", within: "organization" }],
  missing: (id) => notFound("vpc", id),
  inUse: () => stillInUse("VPC must be empty to be deleted"),
  view: (world, resource) => ({
    private_network_count: world.store.count({ kind: "vpc.private_network", parent: resource.id }),
    routing_enabled: true,
  }),
  actions: [
    { method: "POST", path: "/enable-routing", run: turnOn("routing_enabled") },
    { method: "POST", path: "/enable-dhcp", run: answer as never },
    {
      method: "POST",
      path: "/enable-custom-routes-propagation",
      run: turnOn("custom_routes_propagation_enabled"),
    },
    {
      method: "GET",
      path: "/acl-rules",
      run: (_world, { query }, { hidden }) => {
        const held = hidden as VpcHidden;
        const list = query.get("is_ipv6") === "true" ? held.ipv6 : held.ipv4;
        return { status: 200, body: list ?? openList };
      },
    },
    {
      method: "PUT",
      path: "/acl-rules",
      run: (world, { input }, resource) => {
        const family = input.is_ipv6 === true ? "ipv6" : "ipv4";
        const list = readList(input, family, world.granted("aclRulesPerVpc"));
        (resource.hidden as VpcHidden)[family] = list;
        world.keep(resource);
        return { status: 200, body: list };
      },
    },
  ],
});

/** The VPC of networks that name none: one a project and region, made when it is first needed. */
function defaultVpc(world: World, project: string, region: string): Resource {
  const known = world.store
    .list({ kind: "vpc.vpc", locality: region, project, name: "default" })
    .find((resource) => resource.body.is_default === true);
  return (
    known ??
    world.create(
      "vpc.vpc",
      demand(region, { name: "default", tags: ["default"], is_default: true, project_id: project }),
    )
  );
}

const privateNetwork = defineKind<PrivateNetworkBody>({
  name: "vpc.private_network",
  dialect: standard,
  collection: "/vpc/v2/regions/:region/private-networks",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "private_networks",
  localityFields: ["region"],
  parent: { kind: "vpc.vpc", field: "vpc_id", onDeletion: "refuse" },
  fields: {
    name: { type: "string" },
    tags: { type: "strings" },
    vpc_id: { type: "uuid", fixed: true },
    subnets: { type: "strings", fixed: true },
    default_route_propagation_enabled: { type: "boolean" },
  },
  indexed: { vpc_id: { parent: true } },
  filters: { private_network_ids: "id", dhcp_enabled: () => true },
  quotas: [{ quota: "privateNetworks", within: "organization" }],
  missing: (id) => notFound("private_network", id),
  inUse: () => stillInUse("Private Network must be empty to be deleted"),
  prepare: (world, draft) => {
    const parent = draft.parent || defaultVpc(world, draft.project, draft.locality).id;
    draft.parent = parent;
    draft.body.vpc_id = parent;
    const siblings = world.store.count({ kind: "vpc.private_network", parent });
    world.grant("privateNetworksPerVpc", "vpc.private_network", siblings);
    const asked = draft.body.subnets as unknown as string[];
    draft.body.subnets = makeSubnets(world, draft as never, asked, draft.body.updated_at);
  },
  created: (world, network) => {
    for (const subnet of network.body.subnets) world.store.link(network.id, "subnet", subnet.id);
  },
  view: () => ({ dhcp_enabled: true }),
  actions: [{ method: "POST", path: "/enable-dhcp", run: answer as never }],
});

/** The private network that holds a subnet. */
export function networkOfSubnet(world: World, subnetId: string): Resource<PrivateNetworkBody> | undefined {
  const [id] = world.store.sources(subnetId, "subnet");
  return id === undefined ? undefined : world.store.get<PrivateNetworkBody>(id, "vpc.private_network");
}

export const vpcService: Service = {
  kinds: [vpc, privateNetwork, route, ingressRule, connector],
  calls: [
    { method: "GET", path: "/vpc/v2/regions/:region/routes-with-nexthop", run: routesWithNextHop },
    {
      method: "GET",
      path: "/vpc/v2/regions/:region/subnets",
      run: (world, { locality, query }) => {
        const vpcId = query.get("vpc_id") ?? undefined;
        const subnets = world.store
          .list<PrivateNetworkBody>({ kind: "vpc.private_network", locality, parent: vpcId })
          .flatMap((network) => network.body.subnets);
        return { status: 200, body: { subnets, total_count: subnets.length } };
      },
    },
  ],
};
