import { projectOnly } from "../core/dialects.ts";
import { alreadyExists, invalidArgument, notFound, preconditionFailed } from "../core/errors.ts";
import { type Answer, type Call, type Demand, defineKind, type Service } from "../core/kind.ts";
import { demand, type World } from "../core/world.ts";
import type { Resource } from "../store/store.ts";

interface SecretBody {
  id: string;
  name: string;
  path: string;
  type: string;
  protected: boolean;
}

interface SecretHidden {
  /** Revision of the newest version ever made. */
  revision?: number;
}

interface VersionBody {
  revision: number;
  status: "enabled" | "disabled";
  data?: string;
}

interface VersionHidden {
  sealed?: string;
}

type Secret = Resource<SecretBody, SecretHidden>;
type Version = Resource<VersionBody, VersionHidden>;

const types = ["opaque", "certificate", "key_value", "basic_credentials", "database_credentials", "ssh_key"];

function protect(value: boolean) {
  return (world: World, _demand: Demand, secret: Secret): Answer => {
    secret.body.protected = value;
    world.keep(secret);
    return { status: 200, body: world.show(secret) };
  };
}

const secret = defineKind<SecretBody, SecretHidden>({
  name: "secret.secret",
  dialect: projectOnly,
  collection: "/secret-manager/v1beta1/regions/:region/secrets",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "secrets",
  localityFields: ["region"],
  fields: {
    name: { type: "string", required: true },
    tags: { type: "strings" },
    description: { type: "string" },
    type: { type: "string", initial: "opaque", values: types, fixed: true },
    path: { type: "string", initial: "/" },
    protected: { type: "boolean", fixed: true },
    ephemeral_policy: { type: "object" },
    key_id: { type: "uuid", fixed: true },
  },
  states: { field: "status", path: ["ready"] },
  filters: {
    name: "name",
    path: "path",
    type: ({ body }, value) => value === "unknown_type" || body.type === value,
  },
  quotas: [{ quota: "secrets", within: "organization" }],
  missing: (id) => notFound("secret", id),
  prepare: (world, { body, project, locality }) => {
    const twin = world.store
      .list<SecretBody>({ kind: "secret.secret", locality, project, name: body.name })
      .find((other) => other.body.path === body.path);
    if (twin) throw alreadyExists("secret", twin.id, "a secret of this name is already in this path");
  },
  removing: (_world, { body }) => {
    if (body.protected) throw preconditionFailed("protected_resource", "cannot delete a protected secret");
  },
  view: (world, { id }) => ({
    version_count: world.store.count({ kind: "secret.version", parent: id }),
    managed: false,
    used_by: [],
    deletion_requested_at: null,
  }),
  actions: [
    { method: "POST", path: "/protect", run: protect(true) },
    { method: "POST", path: "/unprotect", run: protect(false) },
  ],
});

const version = defineKind<VersionBody, VersionHidden>({
  name: "secret.version",
  dialect: { ...projectOnly, project: undefined },
  // Served by `calls` below: a version is named by its revision.
  collection: "/secret-manager/v1beta1/regions/:region/secrets/:secret/versions",
  calls: ["create", "list"],
  listKey: "versions",
  localityFields: ["region"],
  parent: { kind: "secret.secret", param: "secret", onDeletion: "delete" },
  project: "parent",
  fields: {
    data: { type: "string", required: true, argument: true },
    description: { type: "string" },
    disable_previous: { type: "boolean", argument: true },
  },
  states: { field: "status", path: ["enabled"] },
  filters: { status: "status" },
  quotas: [{ quota: "secretVersions", within: "parent" }],
  missing: (id) => notFound("secret_version", id),
  prepare: (world, draft, { input }) => {
    const data = String(input.data);
    if (Buffer.from(data, "base64").length > 64 * 1024) throw invalidArgument("data", "at most 64 KiB");
    const owner = world.require<SecretBody, SecretHidden>("secret.secret", draft.parent, draft.locality);
    owner.hidden.revision = (owner.hidden.revision ?? 0) + 1;
    world.store.save(owner);
    draft.body.revision = owner.hidden.revision;
    draft.hidden.sealed = world.options.seal.seal(data);
    if (input.disable_previous !== true) return;
    for (const other of versionsOf(world, owner.id)) {
      other.body.status = "disabled";
      world.keep(other);
    }
  },
  view: (world, { id, parent }) => ({
    id: undefined,
    secret_id: parent,
    latest: versionsOf(world, parent).at(-1)?.id === id,
    ephemeral_properties: null,
    deleted_at: null,
    deletion_requested_at: null,
  }),
  creationView: () => ({ latest: true }),
});

function versionsOf(world: World, secretId: string): Version[] {
  return world.store.list<VersionBody, VersionHidden>({ kind: "secret.version", parent: secretId });
}

/** By revision, `latest` or `latest_enabled`. */
function find(world: World, { params, locality }: Demand): Version {
  const owner = world.require("secret.secret", params.secret ?? "", locality);
  const versions = versionsOf(world, owner.id);
  const wanted = params.revision ?? "";
  const found =
    wanted === "latest"
      ? versions.at(-1)
      : wanted === "latest_enabled"
        ? versions.findLast((one) => one.body.status === "enabled")
        : versions.find((one) => String(one.body.revision) === wanted);
  if (!found) throw notFound("secret_version", wanted);
  return found;
}

function switched(status: VersionBody["status"]) {
  return (world: World, asked: Demand): Answer => {
    const found = find(world, asked);
    found.body.status = status;
    world.keep(found);
    return { status: 200, body: world.show(found) };
  };
}

function access(world: World, asked: Demand): Answer {
  const found = find(world, asked);
  if (found.body.status !== "enabled")
    throw preconditionFailed("version_disabled", "the version is disabled");
  const data = world.options.seal.open(found.hidden.sealed ?? "");
  const owner = world.store.get<SecretBody>(found.parent, "secret.secret");
  return {
    status: 200,
    body: {
      secret_id: found.parent,
      revision: found.body.revision,
      data,
      data_crc32: null,
      type: owner?.body.type,
    },
  };
}

const item = "/secret-manager/v1beta1/regions/:region/secrets/:secret/versions/:revision";

const calls: readonly Call[] = [
  {
    method: "GET",
    path: item,
    run: (world, asked) => ({ status: 200, body: world.show(find(world, asked)) }),
  },
  {
    method: "PATCH",
    path: item,
    run: (world, asked) => {
      const changed = world.change(
        find(world, asked) as unknown as Resource,
        demand(asked.locality, asked.input),
      );
      return { status: 200, body: world.show(changed) };
    },
  },
  {
    method: "DELETE",
    path: item,
    run: (world, asked) => {
      world.remove(find(world, asked));
      return { status: 204 };
    },
  },
  { method: "GET", path: `${item}/access`, run: access },
  { method: "POST", path: `${item}/enable`, run: switched("enabled") },
  { method: "POST", path: `${item}/disable`, run: switched("disabled") },
];

export const secretManager: Service = { kinds: [secret, version], calls };
