import { randomUUID } from "node:crypto";
import { standard } from "../core/dialects.ts";
import { invalidArgument, notFound } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type Answer, type Demand, defineKind } from "../core/kind.ts";
import { zones } from "../core/places.ts";
import { demand, type World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { defaultGroup } from "./instance-groups.ts";
import { instanceType } from "./instance-types.ts";
import { attachAddresses, detachAddresses, networkFor } from "./ipam-booking.ts";
import { takePublicIpv4 } from "./public-addresses.ts";

/** Pools and nodes answer their cluster instead of an owner. */
const parts = { ...standard, organization: undefined, project: undefined };

export interface PoolBody {
  id: string;
  cluster_id: string;
  name: string;
  version: string;
  node_type: string;
  size: number;
  min_size: number;
  max_size: number;
  zone: string;
  root_volume_type: string;
  root_volume_size: number;
  public_ip_disabled: boolean;
  security_group_id: string | null;
  upgrade_policy: Body;
  labels: Body;
  taints: Body[];
  startup_taints: Body[];
}

type Pool = Resource<PoolBody>;

interface NodeHidden {
  /** The network card of the Instance that a node is. */
  nic?: string;
}

const healthy: Body = {
  DiskPressure: "False",
  MemoryPressure: "False",
  NetworkUnavailable: "False",
  PIDPressure: "False",
  Ready: "True",
};

/** Nodes of a pool. Nothing runs on them; they hold the addresses that nodes hold. */
export const node = defineKind<Body, NodeHidden>({
  name: "k8s.node",
  dialect: parts,
  collection: "/k8s/v1/regions/:region/pools/:pool/nodes",
  item: "/k8s/v1/regions/:region/nodes",
  calls: ["get"],
  listKey: "nodes",
  localityFields: ["region"],
  parent: { kind: "k8s.pool", param: "pool", onDeletion: "delete" },
  project: "parent",
  fields: {},
  states: { field: "status", path: ["creating", "ready"] },
  missing: (id) => notFound("node", id),
  prepare: (world, draft) => {
    const pool = world.require<PoolBody>("k8s.pool", draft.parent, draft.locality);
    const cluster = world.require<Body>("k8s.cluster", pool.body.cluster_id, draft.locality);
    const short = (name: string) => name.slice(0, 18).replace(/-$/, "");
    const name = `scw-${short(cluster.name)}-${short(pool.name)}-${draft.id.replaceAll("-", "").slice(0, 10)}`;
    const { zone, public_ip_disabled: hidden } = pool.body;
    Object.assign(draft.body, {
      cluster_id: cluster.id,
      pool_id: pool.id,
      name,
      conditions: healthy,
      public_ip_v4: hidden ? null : takePublicIpv4(world, zone, draft.id),
      public_ip_v6: null,
      provider_id: `scaleway://instance/${zone}/${randomUUID()}`,
      error_message: "",
    });
    draft.name = name;
    const number = world.store.next("instance mac");
    const mac = number
      .toString(16)
      .padStart(6, "0")
      .replace(/(..)(..)(..)/, "$1:$2:$3");
    const nic = randomUUID();
    draft.hidden = { nic };
    if (typeof cluster.body.private_network_id !== "string") return;
    const network = networkFor(world, cluster.body.private_network_id, draft.locality);
    attachAddresses(world, network, [], {
      type: "instance_private_nic",
      id: nic,
      mac_address: `02:00:00:${mac}`.toUpperCase(),
      name,
    });
  },
  removing: (world, held) => {
    if (held.hidden.nic) detachAddresses(world, held.hidden.nic);
    world.bookings.release(held.id);
  },
});

/** Makes or removes nodes until the pool has as many as it says. */
function scale(world: World, pool: Pool): void {
  const held = world.store.list({ kind: "k8s.node", parent: pool.id });
  for (const surplus of held.slice(pool.body.size)) world.remove(surplus);
  for (let count = held.length; count < pool.body.size; count++) {
    world.create("k8s.node", demand(pool.locality, {}, { pool: pool.id }));
  }
}

function policyOf(said: unknown, before: Body): Body {
  const asked = isBody(said) ? said : {};
  return {
    max_unavailable: asked.max_unavailable ?? before.max_unavailable,
    max_surge: asked.max_surge ?? before.max_surge,
  };
}

function set(field: "labels" | "taints" | "startup_taints") {
  return (world: World, { input }: Demand, pool: Pool): Answer => {
    Object.assign(pool.body, { [field]: input[field] ?? (field === "labels" ? {} : []) });
    world.keep(pool);
    return { status: 200, body: { ...world.show(pool), status: "scaling" } };
  };
}

function localStorage(nodeType: string, zone: string): boolean {
  return (instanceType(nodeType.toUpperCase().replaceAll("_", "-"), zone)?.localGb ?? 0) > 0;
}

/** Groups of nodes of one type. */
export const pool = defineKind<PoolBody>({
  name: "k8s.pool",
  dialect: parts,
  collection: "/k8s/v1/regions/:region/clusters/:cluster/pools",
  item: "/k8s/v1/regions/:region/pools",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "pools",
  localityFields: ["region"],
  parent: { kind: "k8s.cluster", param: "cluster", onDeletion: "delete" },
  project: "parent",
  fields: {
    name: { type: "string", required: true, fixed: true },
    node_type: { type: "string", required: true, fixed: true },
    autoscaling: { type: "boolean" },
    autohealing: { type: "boolean" },
    size: { type: "integer" },
    min_size: { type: "integer" },
    max_size: { type: "integer" },
    container_runtime: { type: "string", initial: "containerd", fixed: true },
    tags: { type: "strings" },
    kubelet_args: { type: "object", initial: {} },
    zone: { type: "string", fixed: true },
    root_volume_type: { type: "string", fixed: true },
    root_volume_size: { type: "integer", fixed: true },
    public_ip_disabled: { type: "boolean", fixed: true },
    placement_group_id: { type: "uuid", fixed: true },
    security_group_id: { type: "uuid" },
    labels: { type: "object", initial: {}, fixed: true },
    taints: { type: "list", fixed: true },
    startup_taints: { type: "list", fixed: true },
    upgrade_policy: { type: "object", argument: true },
  },
  states: { field: "status", path: ["scaling", "ready"] },
  missing: (id) => notFound("pool", id),
  deletion: { status: "deleting" },
  prepare: (world, draft, { input }) => {
    const { body } = draft;
    const cluster = world.require<Body>("k8s.cluster", draft.parent, draft.locality);
    body.cluster_id = cluster.id;
    body.version = String(cluster.body.version);
    body.node_type = body.node_type.toLowerCase().replaceAll("-", "_");
    body.zone ||= `${draft.locality}-1`;
    if (!zones.includes(body.zone)) throw invalidArgument("zone", `${body.zone} is not a zone`);
    if (body.root_volume_type === "" || body.root_volume_type === "default_volume_type")
      body.root_volume_type = localStorage(body.node_type, body.zone) ? "l_ssd" : "sbs_5k";
    body.root_volume_size ||= 20_000_000_000;
    body.security_group_id ??= defaultGroup(world, cluster.project, body.zone);
    body.min_size ||= 1;
    body.max_size ||= Math.max(body.size, 1);
    body.upgrade_policy = policyOf(input.upgrade_policy, { max_unavailable: 1, max_surge: 0 });
  },
  created: scale,
  view: () => ({ error_message: null, new_images_enabled: false }),
  changed: (world, held, { input }) => {
    held.body.upgrade_policy = policyOf(input.upgrade_policy, held.body.upgrade_policy);
    scale(world, held);
  },
  actions: [
    { method: "PUT", path: "/set-labels", run: set("labels") },
    { method: "PUT", path: "/set-taints", run: set("taints") },
    { method: "PUT", path: "/set-startup-taints", run: set("startup_taints") },
    {
      method: "POST",
      path: "/upgrade",
      run: (world, { input }, held) => {
        held.body.version = String(input.version);
        world.keep(held);
        return { status: 200, body: { ...world.show(held), status: "upgrading" } };
      },
    },
  ],
});
