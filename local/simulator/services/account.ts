import { organizationOnly } from "../core/dialects.ts";
import { notFound, preconditionFailed } from "../core/errors.ts";
import { defineKind, type Service } from "../core/kind.ts";
import type { World } from "../core/world.ts";

/** Projects (account v3). One that holds anything but what it was given by default cannot go. */
const project = defineKind({
  name: "account.project",
  dialect: organizationOnly,
  collection: "/account/v3/projects",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "projects",
  localityFields: [],
  project: "none",
  fields: {
    name: { type: "string", required: true },
    description: { type: "string" },
  },
  filters: { project_ids: "id" },
  quotas: [{ quota: "projects", within: "organization", answeredAs: "UsrProjectsWidth" }],
  missing: (id) => notFound("project_id", id),
  removing: (world, resource) => {
    for (const kind of ["vpc.vpc", "instance.security_group"]) {
      const defaults = world.store
        .list({ kind, project: resource.id })
        .filter(({ body }) => body.is_default === true || body.project_default === true);
      for (const one of defaults) world.remove(one);
    }
    const held = world.store
      .statement("SELECT kind FROM resource WHERE project = ? LIMIT 1")
      .get(resource.id);
    if (held) throw preconditionFailed("resource_not_usable", `the project still holds ${held.kind}`);
  },
  creationView: () => ({ qualification: null }),
  view: () => ({ qualification: { architecture_type: "unknown_architecture_type" } }),
});

/** Makes the project that requests fall back on, once. */
export function seedProject(world: World): void {
  const { projectId, organizationId } = world.options;
  if (world.store.get(projectId)) return;
  const now = organizationOnly.time(Date.now());
  world.store.insert({
    id: projectId,
    kind: "account.project",
    locality: "",
    project: "",
    parent: "",
    name: "default",
    body: {
      id: projectId,
      name: "default",
      description: "",
      organization_id: organizationId,
      created_at: now,
      updated_at: now,
    },
    hidden: {},
  });
}

export const account: Service = { kinds: [project] };
