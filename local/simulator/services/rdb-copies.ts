import { standard } from "../core/dialects.ts";
import { notFound } from "../core/errors.ts";
import { type Answer, defineKind } from "../core/kind.ts";
import { demand, type World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import type { Database, DatabaseBody } from "./rdb.ts";
import { addEndpoints, dropEndpoints } from "./rdb-endpoints.ts";

const copies = { ...standard, organization: undefined, project: undefined };
const year = 365 * 24 * 3_600_000;

function passing(world: World, held: Resource<object>, status: string): Answer {
  return { status: 200, body: { ...world.show(held), status } };
}

/** Logical backups of one database. They outlive their instance. */
export const backup = defineKind<Body>({
  name: "rdb.backup",
  dialect: copies,
  collection: "/rdb/v1/regions/:region/backups",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "database_backups",
  localityFields: ["region"],
  project: "none",
  fields: {
    instance_id: { type: "uuid", required: true, fixed: true },
    database_name: { type: "string", required: true, fixed: true },
    name: { type: "string" },
    expires_at: { type: "string", initial: null },
  },
  filters: { instance_id: "instance_id" },
  states: { field: "status", path: ["creating", "ready"] },
  missing: (id) => notFound("database_backup", id),
  deletion: { status: "deleting" },
  prepare: (world, draft) => {
    const held = world.require<DatabaseBody>("rdb.instance", String(draft.body.instance_id), draft.locality);
    Object.assign(draft.body, {
      instance_name: held.name,
      same_region: held.body.backup_same_region,
      size: 1255,
      download_url: null,
      download_url_expires_at: null,
    });
  },
  creationView: () => ({ size: null, updated_at: null }),
  actions: [
    {
      method: "POST",
      path: "/export",
      run: (world, _demand, held) => {
        const answer = passing(world, held, "exporting");
        held.body.download_url = `https://rdb-exports.invalid/${held.id}`;
        held.body.download_url_expires_at = standard.time(Date.now() + 24 * 3_600_000);
        world.store.save(held);
        return answer;
      },
    },
    { method: "POST", path: "/restore", run: (world, _demand, held) => passing(world, held, "restoring") },
  ],
});

/** Copies of a whole instance's volume. */
export const snapshot = defineKind<Body>({
  name: "rdb.snapshot",
  dialect: copies,
  collection: "/rdb/v1/regions/:region/snapshots",
  calls: ["list", "get", "patch", "delete"],
  listKey: "snapshots",
  localityFields: ["region"],
  project: "none",
  fields: {
    name: { type: "string" },
    expires_at: { type: "string", initial: null },
  },
  filters: { instance_id: "instance_id" },
  states: { field: "status", path: ["creating", "ready"] },
  missing: (id) => notFound("instance_snapshot", id),
  deletion: { status: "deleting" },
  actions: [
    {
      method: "POST",
      path: "/create-instance",
      run: (world, { input, locality }, held) => {
        const template = held.body.template as Body;
        const made = world.create(
          "rdb.instance",
          demand(locality, {
            ...template,
            name: input.instance_name,
            ...(input.node_type ? { node_type: input.node_type } : {}),
            is_ha_cluster: input.is_ha_cluster === true,
          }),
        );
        return { status: 200, body: { ...world.show(made), status: "initializing" } };
      },
    },
  ],
  // What a new instance is made from is the snapshot's own affair.
  view: () => ({ template: undefined }),
});

/** Makes a snapshot of an instance, as its own path asks for it. */
export function takeSnapshot(world: World, held: Database, input: Body): Answer {
  const made = world.create(
    "rdb.snapshot",
    demand(held.locality, { name: input.name, expires_at: input.expires_at }),
  );
  const { engine, tags, volume, node_type } = held.body;
  Object.assign(made.body, {
    instance_id: held.id,
    instance_name: held.name,
    node_type,
    size: volume.size,
    volume_type: { class: volume.class, type: volume.type },
    expires_at: made.body.expires_at ?? standard.time(Date.now() + year),
    template: {
      project_id: held.project,
      engine,
      tags,
      node_type,
      volume_type: volume.type,
      volume_size: volume.size,
      disable_backup: true,
    },
  });
  world.store.save(made);
  return { status: 200, body: { ...world.show(made), status: "creating", size: null, updated_at: null } };
}

interface ReplicaBody {
  instance_id: string;
  endpoints: Body[];
}

export const readReplica = defineKind<ReplicaBody>({
  name: "rdb.read_replica",
  dialect: { ...copies, created: undefined, updated: undefined },
  collection: "/rdb/v1/regions/:region/read-replicas",
  calls: ["create", "get", "delete"],
  listKey: "read_replicas",
  localityFields: ["region"],
  parent: { kind: "rdb.instance", field: "instance_id", onDeletion: "delete" },
  project: "parent",
  fields: {
    instance_id: { type: "uuid", required: true, fixed: true },
    same_zone: { type: "boolean", initial: true, fixed: true },
    endpoint_spec: { type: "list", argument: true },
  },
  states: { field: "status", path: ["provisioning", "ready"] },
  missing: (id) => notFound("read_replica", id),
  deletion: { status: "deleting" },
  prepare: (_world, draft) => {
    draft.body.endpoints = [];
  },
  created: (world, made, { input }) => {
    addEndpoints(world, made, Array.isArray(input.endpoint_spec) ? input.endpoint_spec : []);
    world.store.save(made);
  },
  creationView: (_world, { body }) => ({ endpoints: body.endpoints.filter((one) => one.private_network) }),
  removing: dropEndpoints,
  actions: [
    {
      method: "POST",
      path: "/endpoints",
      run: (world, { input }, held) => {
        addEndpoints(world, held, Array.isArray(input.endpoint_spec) ? input.endpoint_spec : []);
        world.store.save(held);
        return passing(world, held, "initializing");
      },
    },
    { method: "POST", path: "/reset", run: (world, _demand, held) => passing(world, held, "initializing") },
    {
      method: "POST",
      path: "/promote",
      run: (world, { locality }, held) => {
        const primary = world.require<DatabaseBody>("rdb.instance", held.parent, locality);
        const { engine, node_type, volume } = primary.body;
        const made = world.create(
          "rdb.instance",
          demand(locality, {
            project_id: primary.project,
            name: `promoted - ${primary.name}`,
            engine,
            node_type,
            volume_type: volume.type,
            volume_size: volume.size,
            disable_backup: true,
          }),
        );
        world.remove(held);
        return { status: 200, body: { ...world.show(made), status: "initializing" } };
      },
    },
  ],
});
