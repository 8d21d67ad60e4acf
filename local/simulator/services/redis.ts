import { randomUUID } from "node:crypto";
import { projectOnly } from "../core/dialects.ts";
import { invalidArgument, notFound } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type Answer, type Demand, defineKind, type Service } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { certificate } from "./certificate.ts";
import { attachAddresses, detachAddresses, networkFor } from "./ipam-booking.ts";
import { takePublicIpv4 } from "./public-addresses.ts";

interface ClusterBody {
  id: string;
  name: string;
  version: string;
  cluster_size: number;
  node_type: string;
  endpoints: Body[];
  acl_rules: Body[];
  cluster_settings: Body[];
}

type Cluster = Resource<ClusterBody>;

/** The role of the link from a cluster to the private networks it answers on. */
const networkRole = "private_network_id";

const versions = ["7.2.11", "7.0.5", "6.2.7"];
const endsOfLife: Readonly<Record<string, string>> = {
  "7.2.11": "2027-02-28T00:00:00Z",
  "7.0.5": "2024-10-28T00:00:00Z",
  "6.2.7": "2024-10-28T00:00:00Z",
};

function setting(name: string, type: string, initial: string, largest: number | null, regex: string | null) {
  return {
    name,
    type,
    default_value: initial,
    description: "",
    max_value: largest,
    min_value: null,
    regex,
    deprecated: false,
  };
}

/** Some of the settings that a cluster takes; any is taken here. */
const settings = [
  setting("notify-keyspace-events", "STRING", '""', null, "^[KEg$lshzxetdnm]+$"),
  setting("disable-save", "BOOLEAN", "false", null, null),
  setting("tcp-keepalive", "INT", "300", 65_536, null),
];
const port = 6379;

function publicEndpoint(world: World, cluster: Cluster): Body {
  const ip = takePublicIpv4(world, cluster.locality, cluster.id);
  return { id: randomUUID(), port, ips: [ip], public_network: {} };
}

/** An address a node: those given, which are booked as they are, or free ones. */
function privateEndpoint(world: World, cluster: Cluster, asked: Body): Body {
  const network = networkFor(world, String(asked.id), cluster.locality);
  const number = world.store.next("redis mac").toString(16).padStart(4, "0");
  const holder = {
    type: "redis_cluster",
    id: cluster.id,
    mac_address: `02:00:00:FD:${number.replace(/(..)(..)/, "$1:$2")}`.toUpperCase(),
    name: cluster.name,
  };
  const given = Array.isArray(asked.service_ips) ? asked.service_ips.map(String) : [];
  const booked = Array.from({ length: cluster.body.cluster_size }, (_, index) => {
    const address = given[index]?.replace(/\/.*/, "");
    return attachAddresses(world, network, [], holder, ["ipv4"], address);
  }).flat();
  world.store.link(cluster.id, networkRole, network.id);
  const cidrs = booked.map((address) => address.body.address);
  return {
    id: randomUUID(),
    port,
    ips: cidrs.map((cidr) => cidr.replace(/\/.*/, "")),
    private_network: {
      id: network.id,
      provisioning_mode: given.length > 0 ? "static" : "ipam",
      service_ips: cidrs,
      zone: cluster.locality,
    },
  };
}

function setEndpoints(world: World, cluster: Cluster, asked: unknown): void {
  detachAddresses(world, cluster.id);
  world.bookings.release(cluster.id);
  world.store.unlink(cluster.id, networkRole);
  const specs = (Array.isArray(asked) ? asked : []).filter(isBody);
  cluster.body.endpoints = specs.map((spec) =>
    isBody(spec.private_network)
      ? privateEndpoint(world, cluster, spec.private_network)
      : publicEndpoint(world, cluster),
  );
  if (specs.length === 0) cluster.body.endpoints = [publicEndpoint(world, cluster)];
}

function rules(asked: unknown): Body[] {
  return (Array.isArray(asked) ? asked : [])
    .filter(isBody)
    .map((rule) => ({ id: randomUUID(), ip_cidr: rule.ip_cidr, description: rule.description ?? "" }));
}

function checkSize(body: ClusterBody): void {
  if (body.cluster_size < 1 || body.cluster_size > 6) throw invalidArgument("cluster_size", "1 to 6");
  if (!versions.includes(body.version)) throw invalidArgument("version", `one of: ${versions.join(", ")}`);
}

function kept(world: World, cluster: Cluster, body: unknown): Answer {
  world.keep(cluster);
  return { status: 200, body };
}

function migrate(world: World, { input }: Demand, cluster: Cluster): Answer {
  const { body } = cluster;
  if (typeof input.version === "string") body.version = input.version;
  if (typeof input.node_type === "string") body.node_type = input.node_type;
  if (typeof input.cluster_size === "number") {
    if (input.cluster_size < body.cluster_size)
      throw invalidArgument("cluster_size", "a cluster cannot shrink");
    body.cluster_size = input.cluster_size;
    const specs = body.endpoints.map((endpoint) =>
      isBody(endpoint.private_network)
        ? { private_network: { id: endpoint.private_network.id } }
        : { public_network: {} },
    );
    setEndpoints(world, cluster, specs);
  }
  checkSize(body);
  return kept(world, cluster, world.show(cluster));
}

/** Managed caches. Nothing answers on their addresses, and the password is not kept. */
const cluster = defineKind<ClusterBody>({
  name: "redis.cluster",
  dialect: { ...projectOnly },
  collection: "/redis/v1/zones/:zone/clusters",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "clusters",
  localityFields: ["zone"],
  fields: {
    name: { type: "string", required: true },
    tags: { type: "strings" },
    version: { type: "string", required: true, fixed: true },
    node_type: { type: "string", required: true, fixed: true },
    user_name: { type: "string", required: true },
    cluster_size: { type: "integer", initial: 1, fixed: true },
    tls_enabled: { type: "boolean", fixed: true },
    password: { type: "string", argument: true },
    endpoints: { type: "list", argument: true },
    acl_rules: { type: "list", argument: true },
    cluster_settings: { type: "list", fixed: true },
  },
  states: { field: "status", path: ["provisioning", "ready"] },
  filters: { version: "version" },
  quotas: [{ quota: "redisClusters", within: "organization" }],
  missing: (id) => notFound("cluster", id),
  deletion: { status: "deleting" },
  prepare: (_world, draft, { input }) => {
    draft.body.acl_rules = rules(input.acl_rules);
    draft.body.endpoints = [];
    checkSize(draft.body);
  },
  created: (world, made, { input }) => {
    setEndpoints(world, made, input.endpoints);
    world.store.save(made);
  },
  removing: (world, held) => detachAddresses(world, held.id),
  view: () => ({ upgradable_versions: [] }),
  creationView: () => ({ updated_at: null }),
  actions: [
    { method: "POST", path: "/migrate", run: migrate },
    {
      method: "PUT",
      path: "/acls",
      run: (world, { input }, held) => {
        held.body.acl_rules = rules(input.acl_rules);
        return kept(world, held, { acl_rules: held.body.acl_rules });
      },
    },
    {
      method: "PUT",
      path: "/settings",
      run: (world, { input }, held) => {
        held.body.cluster_settings = (Array.isArray(input.settings) ? input.settings : []).filter(isBody);
        return kept(world, held, { settings: held.body.cluster_settings });
      },
    },
    {
      method: "PUT",
      path: "/endpoints",
      run: (world, { input }, held) => {
        setEndpoints(world, held, input.endpoints);
        return kept(world, held, { endpoints: held.body.endpoints });
      },
    },
    certificate,
  ],
});

export const redis: Service = {
  kinds: [cluster],
  calls: [
    {
      method: "GET",
      path: "/redis/v1/zones/:zone/cluster-versions",
      run: (_world, { locality }) => {
        const shown = versions.map((version) => ({
          version,
          end_of_life_at: endsOfLife[version],
          available_settings: settings,
          logo_url: "",
          zone: locality,
        }));
        return { status: 200, body: { versions: shown, total_count: shown.length } };
      },
    },
  ],
};
