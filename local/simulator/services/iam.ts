import { randomBytes, randomUUID } from "node:crypto";
import { organizationOnly } from "../core/dialects.ts";
import { invalidArgument, notFound } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type Answer, type Demand, defineKind, type Service } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import { digest, secretRole } from "../http/keys.ts";
import type { Body, Resource } from "../store/store.ts";
import { federationCalls, federationKinds } from "./iam-federation.ts";
import { sshKey } from "./iam-ssh-keys.ts";

/** What the console may do with it; nothing of ours is managed by Scaleway. */
const free = { editable: true, deletable: true, managed: false };

const application = defineKind({
  name: "iam.application",
  dialect: organizationOnly,
  collection: "/iam/v1alpha1/applications",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "applications",
  localityFields: [],
  project: "none",
  fields: {
    name: { type: "string", required: true },
    description: { type: "string" },
    tags: { type: "strings" },
  },
  filters: { application_ids: "id", tag: "tags" },
  quotas: [{ quota: "iamApplications", within: "organization" }],
  missing: (id) => notFound("application", id),
  view: (world, { id }) => ({ ...free, nb_api_keys: world.store.count({ kind: "iam.api_key", parent: id }) }),
});

interface GroupBody {
  user_ids: string[];
  application_ids: string[];
}

function members(update: (group: GroupBody, input: Body) => void) {
  return (world: World, { input }: Demand, group: Resource<GroupBody>): Answer => {
    update(group.body, input);
    world.keep(group);
    return { status: 200, body: world.show(group) };
  };
}

/** Adds, or removes, the one member that a request names. */
function one(add: boolean) {
  return (group: GroupBody, input: Body): void => {
    for (const [field, list] of [
      ["user_id", "user_ids"],
      ["application_id", "application_ids"],
    ] as const) {
      const id = input[field];
      if (typeof id !== "string" || id === "") continue;
      const others = group[list].filter((member) => member !== id);
      if (!add && others.length === group[list].length) throw notFound("", id);
      group[list] = add ? [...others, id] : others;
    }
  };
}

const group = defineKind<GroupBody>({
  name: "iam.group",
  dialect: organizationOnly,
  collection: "/iam/v1alpha1/groups",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "groups",
  localityFields: [],
  project: "none",
  fields: {
    name: { type: "string", required: true },
    description: { type: "string" },
    tags: { type: "strings" },
    user_ids: { type: "strings", fixed: true },
    application_ids: {
      type: "strings",
      fixed: true,
      refersTo: { kind: "iam.application", onDeletion: "clear" },
    },
  },
  filters: { group_ids: "id", tag: "tags", application_ids: "application_ids", user_ids: "user_ids" },
  quotas: [{ quota: "iamGroups", within: "organization" }],
  missing: (id) => notFound("group", id),
  view: () => free,
  actions: [
    {
      method: "PUT",
      path: "/members",
      run: members((body, input) => {
        body.user_ids = Array.isArray(input.user_ids) ? input.user_ids.map(String) : [];
        body.application_ids = Array.isArray(input.application_ids) ? input.application_ids.map(String) : [];
      }),
    },
    { method: "POST", path: "/add-member", run: members(one(true)) },
    { method: "POST", path: "/remove-member", run: members(one(false)) },
  ],
});

interface PolicyBody {
  user_id: string | null;
  group_id: string | null;
  application_id: string | null;
  no_principal: boolean | null;
}

interface PolicyHidden {
  rules?: Body[];
}

/** Permission sets that hold for the organisation and not for projects. */
const organizationSets = new Set([
  "BillingManager",
  "BillingReadOnly",
  "IAMManager",
  "IAMReadOnly",
  "OrganizationManager",
]);

function readRules(world: World, asked: unknown): Body[] {
  const rules = Array.isArray(asked) ? asked : [];
  return rules.map((rule, index) => {
    if (
      !isBody(rule) ||
      !Array.isArray(rule.permission_set_names) ||
      rule.permission_set_names.length === 0
    ) {
      throw invalidArgument(`rules.${index}.permission_set_names`, "at least one permission set", "required");
    }
    const names = rule.permission_set_names.map(String);
    const projects = Array.isArray(rule.project_ids) ? rule.project_ids.map(String) : undefined;
    for (const id of projects ?? []) world.require("account.project", id, "");
    return {
      id: randomUUID(),
      permission_set_names: names,
      permission_sets_scope_type: names.every((name) => organizationSets.has(name))
        ? "organization"
        : "projects",
      condition: typeof rule.condition === "string" ? rule.condition : "",
      ...(projects
        ? { project_ids: projects }
        : { organization_id: rule.organization_id ?? world.options.organizationId }),
    };
  });
}

const principals = ["user_id", "group_id", "application_id", "no_principal"] as const;

/** A policy has one principal: naming one forgets the others. */
function onePrincipal(body: PolicyBody, input: Body): void {
  const named = principals.filter((name) => input[name] !== undefined && input[name] !== null);
  if (named.length > 1) throw invalidArgument(named[1] as string, "a policy has one principal");
  if (named.length === 1) for (const name of principals) if (name !== named[0]) body[name] = null;
}

const policy = defineKind<PolicyBody, PolicyHidden>({
  name: "iam.policy",
  dialect: organizationOnly,
  collection: "/iam/v1alpha1/policies",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "policies",
  localityFields: [],
  project: "none",
  fields: {
    name: { type: "string", required: true },
    description: { type: "string" },
    tags: { type: "strings" },
    user_id: { type: "uuid" },
    group_id: { type: "uuid", refersTo: { kind: "iam.group", onDeletion: "clear" } },
    application_id: { type: "uuid", refersTo: { kind: "iam.application", onDeletion: "clear" } },
    no_principal: { type: "boolean", initial: null },
    rules: { type: "list", argument: true },
  },
  filters: { policy_ids: "id", policy_name: "name", tag: "tags" },
  quotas: [{ quota: "iamPolicies", within: "organization" }],
  missing: (id) => notFound("policy", id),
  prepare: (world, draft, { input }) => {
    onePrincipal(draft.body, input);
    draft.hidden.rules = readRules(world, input.rules);
  },
  changed: (_world, { body }, { input }) => onePrincipal(body, input),
  view: (_world, { body, hidden }) => {
    const rules = hidden.rules ?? [];
    const sets = new Set(rules.flatMap((rule) => rule.permission_set_names as string[]));
    const present = principals.map((name) => [name, body[name] ?? undefined]);
    const scopes = new Set(rules.map((rule) => JSON.stringify(rule.project_ids ?? rule.organization_id)));
    return {
      ...free,
      ...Object.fromEntries(present),
      nb_rules: rules.length,
      nb_scopes: scopes.size,
      nb_permission_sets: sets.size,
    };
  },
  // Recorded: the answer to a creation counts nothing yet.
  creationView: () => ({ nb_rules: 0, nb_scopes: 0, nb_permission_sets: 0 }),
});

function listRules(world: World, { query }: Demand): Answer {
  const found = world.require<PolicyBody, PolicyHidden>("iam.policy", query.get("policy_id") ?? "", "");
  const rules = found.hidden.rules ?? [];
  return { status: 200, body: { rules, total_count: rules.length } };
}

function setRules(world: World, { input }: Demand): Answer {
  const found = world.require<PolicyBody, PolicyHidden>("iam.policy", String(input.policy_id), "");
  found.hidden.rules = readRules(world, input.rules);
  world.keep(found);
  return { status: 200, body: { rules: found.hidden.rules } };
}

const alphabet = "ABCDEFGHJKMNPQRSTVWXYZ0123456789";

function accessKey(): string {
  const letters = [...randomBytes(17)].map((byte) => alphabet.charAt(byte % alphabet.length));
  return `SCW${letters.join("")}`;
}

interface KeyBody {
  application_id: string | null;
  user_id: string | null;
  default_project_id: string | null;
}

/** API keys. The secret is answered once and kept as a digest only. */
const apiKey = defineKind<KeyBody>({
  name: "iam.api_key",
  dialect: { ...organizationOnly, organization: undefined },
  collection: "/iam/v1alpha1/api-keys",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "api_keys",
  localityFields: [],
  project: "none",
  parent: { kind: "iam.application", field: "application_id", onDeletion: "delete" },
  idField: "access_key",
  identify: accessKey,
  fields: {
    description: { type: "string" },
    application_id: { type: "uuid", fixed: true },
    user_id: { type: "uuid", fixed: true },
    expires_at: { type: "string", initial: null },
    default_project_id: { type: "uuid" },
  },
  indexed: { application_id: { parent: true } },
  filters: {
    access_key: ({ id }, value) => id === value,
    access_keys: ({ id }, value) => id === value,
    bearer_id: ({ body }, value) => body.application_id === value || body.user_id === value,
    user_id: "user_id",
  },
  quotas: [{ quota: "apiKeys", within: "organization" }],
  missing: (id) => notFound("access_key", id),
  prepare: (world, { body }) => {
    if (body.application_id === null && body.user_id === null) {
      throw invalidArgument("application_id", "an application or a user", "required");
    }
    body.default_project_id ??= world.options.projectId;
  },
  view: (_world, { body }) => ({
    ...free,
    secret_key: null,
    creation_ip: "127.0.0.1",
    application_id: body.application_id ?? undefined,
    user_id: body.user_id ?? undefined,
  }),
  creationView: (world, { id }) => {
    const secret = randomUUID();
    world.store.link(id, secretRole, digest(secret));
    return { secret_key: secret };
  },
});

export const iam: Service = {
  kinds: [application, group, policy, apiKey, sshKey, ...federationKinds],
  calls: [
    { method: "GET", path: "/iam/v1alpha1/rules", run: listRules },
    { method: "PUT", path: "/iam/v1alpha1/rules", run: setRules },
    ...federationCalls,
  ],
};
