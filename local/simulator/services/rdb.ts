import { standard } from "../core/dialects.ts";
import { invalidArgument, notFound } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type Answer, type Demand, defineKind, type Service } from "../core/kind.ts";
import { demand, type World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { certificate } from "./certificate.ts";
import { accessActions } from "./rdb-access.ts";
import { backup, readReplica, snapshot, takeSnapshot } from "./rdb-copies.ts";
import { addEndpoints, dropEndpoints, isPrivate, removeEndpoint } from "./rdb-endpoints.ts";
import { engineCalls, engineNames, initialSettings, upgradesOf } from "./rdb-engines.ts";

export interface DatabaseBody {
  id: string;
  name: string;
  engine: string;
  node_type: string;
  is_ha_cluster: boolean;
  backup_same_region: boolean;
  tags: string[];
  volume: { type: string; class: string; size: number };
  backup_schedule: { disabled: boolean; frequency: number; retention: number; next_run_at: string | null };
  logs_policy: Body;
  encryption: Body;
  endpoints: Body[];
  settings: Body[];
  init_settings: Body[];
}

export interface DatabaseHidden {
  users: { name: string; is_admin: boolean }[];
  databases: { name: string; managed: boolean; owner: string; size: number }[];
  privileges: { database_name: string; user_name: string; permission: string }[];
  rules: Body[];
}

export type Database = Resource<DatabaseBody, DatabaseHidden>;

const hour = 3_600_000;

function volumeOf(type: unknown, bytes: unknown): DatabaseBody["volume"] {
  const known = typeof type === "string" && type !== "" ? type : "lssd";
  const size =
    typeof bytes === "number" && bytes > 0 ? bytes : known === "lssd" ? 5_000_000_000 : 10_000_000_000;
  return { type: known, class: known === "lssd" ? "lssd" : "sbs", size };
}

function schedule(body: DatabaseBody, input: Body): void {
  const { backup_schedule: held } = body;
  if (typeof input.is_backup_schedule_disabled === "boolean")
    held.disabled = input.is_backup_schedule_disabled;
  if (typeof input.backup_schedule_frequency === "number") held.frequency = input.backup_schedule_frequency;
  if (typeof input.backup_schedule_retention === "number") held.retention = input.backup_schedule_retention;
  held.next_run_at = held.disabled
    ? null
    : (held.next_run_at ?? standard.time(Date.now() + held.frequency * hour));
}

function answer(world: World, held: Database, status?: string): Answer {
  world.store.save(held);
  return { status: 200, body: { ...world.show(held), ...(status ? { status } : {}) } };
}

/** A major upgrade is a new instance of the newer engine, beside the old one. */
function renew(world: World, held: Database, workflow: Body): Answer {
  const { body } = held;
  const target = upgradesOf(body.engine).find(({ id }) => id === workflow.upgradable_version_id);
  if (!target) throw invalidArgument("upgradable_version_id", "not a version to upgrade to");
  const { name, node_type, is_ha_cluster, tags, volume } = body;
  const made = world.create<DatabaseBody, DatabaseHidden>(
    "rdb.instance",
    demand(held.locality, {
      name,
      node_type,
      is_ha_cluster,
      tags,
      engine: target.name,
      project_id: held.project,
      volume_type: volume.type,
      volume_size: volume.size,
      disable_backup: body.backup_schedule.disabled,
    }),
  );
  made.hidden = structuredClone(held.hidden);
  world.store.save(made);
  return {
    status: 200,
    body: { ...world.show(made), endpoint: null, endpoints: [], settings: [], status: "provisioning" },
  };
}

function upgrade(world: World, { input }: Demand, held: Database): Answer {
  const { body } = held;
  if (isBody(input.major_upgrade_workflow)) return renew(world, held, input.major_upgrade_workflow);
  if (typeof input.node_type === "string") body.node_type = input.node_type;
  if (input.enable_ha === true) body.is_ha_cluster = true;
  if (typeof input.volume_type === "string") body.volume = volumeOf(input.volume_type, body.volume.size);
  if (typeof input.volume_size === "number") {
    if (input.volume_size < body.volume.size) throw invalidArgument("volume_size", "a volume cannot shrink");
    body.volume.size = input.volume_size;
  }
  if (input.enable_encryption === true) body.encryption = { enabled: true };
  return answer(world, held, "initializing");
}

/** Managed databases. Nothing answers on their addresses, and passwords are not kept. */
const instance = defineKind<DatabaseBody, DatabaseHidden>({
  name: "rdb.instance",
  dialect: { ...standard, updated: undefined },
  collection: "/rdb/v1/regions/:region/instances",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "instances",
  localityFields: ["region"],
  fields: {
    name: { type: "string" },
    engine: { type: "string", required: true, values: engineNames, fixed: true },
    node_type: { type: "string", required: true, fixed: true },
    is_ha_cluster: { type: "boolean", fixed: true },
    backup_same_region: { type: "boolean" },
    tags: { type: "strings" },
    init_settings: { type: "list", fixed: true },
    logs_policy: { type: "object" },
    encryption: { type: "object", initial: { enabled: false }, fixed: true },
    user_name: { type: "string", argument: true },
    password: { type: "string", argument: true },
    disable_backup: { type: "boolean", argument: true },
    volume_type: { type: "string", argument: true },
    volume_size: { type: "integer", argument: true },
    init_endpoints: { type: "list", argument: true },
  },
  states: { field: "status", path: ["provisioning", "ready"] },
  quotas: [{ quota: "databases", within: "organization" }],
  missing: (id) => notFound("instance", id),
  deletion: { status: "deleting" },
  prepare: (_world, draft, { input }) => {
    const { body } = draft;
    const user = typeof input.user_name === "string" ? input.user_name : "";
    draft.hidden = {
      users: user === "" ? [] : [{ name: user, is_admin: true }],
      databases: [{ name: "rdb", managed: true, owner: "", size: 7_713_583 }],
      privileges: [],
      rules: [],
    };
    body.node_type = body.node_type.toLowerCase();
    body.logs_policy ??= { max_age_retention: 30, total_disk_retention: null };
    body.volume = volumeOf(input.volume_type, input.volume_size);
    body.backup_schedule = {
      disabled: input.disable_backup === true,
      frequency: 24,
      retention: 7,
      next_run_at: null,
    };
    schedule(body, {});
    body.endpoints = [];
    body.settings = initialSettings(body.engine);
  },
  created: (world, made, { input }) => {
    const asked = Array.isArray(input.init_endpoints) ? input.init_endpoints : [];
    addEndpoints(world, made, asked.length > 0 ? asked : [{ load_balancer: {} }]);
    world.store.save(made);
  },
  // Private addresses are booked at once; all else is made while the instance is provisioned.
  creationView: (_world, { body }) => ({
    endpoint: null,
    endpoints: body.endpoints.filter(isPrivate),
    settings: [],
  }),
  changed: (_world, held, { input }) => schedule(held.body, input),
  removing: dropEndpoints,
  view: (world, { id, body }) => ({
    endpoint: body.endpoints.find((endpoint) => isBody(endpoint.load_balancer)) ?? null,
    read_replicas: world.store.list({ kind: "rdb.read_replica", parent: id }).map((one) => world.show(one)),
    maintenances: [],
    upgradable_version: upgradesOf(body.engine),
  }),
  actions: [
    ...accessActions,
    { method: "POST", path: "/upgrade", run: upgrade },
    { method: "POST", path: "/restart", run: (world, _demand, held) => answer(world, held, "restarting") },
    { method: "POST", path: "/renew-certificate", run: () => ({ status: 204 }) },
    { method: "POST", path: "/purge-logs", run: () => ({ status: 204 }) },
    { method: "POST", path: "/snapshots", run: (world, { input }, held) => takeSnapshot(world, held, input) },
    {
      method: "POST",
      path: "/endpoints",
      run: (world, { input }, held) => {
        const [made] = addEndpoints(world, held, [input.endpoint_spec]);
        world.store.save(held);
        const shown = made && !isPrivate(made) ? { id: "", name: null, port: 0 } : made;
        return { status: 200, body: shown };
      },
    },
    {
      method: "PUT",
      path: "/settings",
      run: (world, { input }, held) => {
        held.body.settings = (Array.isArray(input.settings) ? input.settings : []).filter(isBody);
        world.store.save(held);
        return { status: 200, body: { settings: held.body.settings } };
      },
    },
    certificate,
  ],
});

export const rdb: Service = {
  kinds: [instance, readReplica, backup, snapshot],
  calls: [
    ...engineCalls,
    { method: "DELETE", path: "/rdb/v1/regions/:region/endpoints/:endpoint", run: removeEndpoint },
  ],
};
