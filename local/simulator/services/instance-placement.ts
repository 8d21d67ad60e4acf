import { instances, standard } from "../core/dialects.ts";
import { notFound } from "../core/errors.ts";
import { type Answer, type Call, type Demand, defineKind } from "../core/kind.ts";
import { demand, type World } from "../core/world.ts";
import type { Resource } from "../store/store.ts";

interface PlacementBody {
  id: string;
  name: string;
  policy_mode: "optional" | "enforced";
  policy_type: "max_availability" | "low_latency";
  tags: string[];
  project: string;
  zone: string;
}

export const placementGroup = defineKind<PlacementBody, { created?: string; updated?: string }>({
  name: "instance.placement_group",
  dialect: { ...instances, created: undefined, updated: undefined },
  collection: "/instance/v1/zones/:zone/placement_groups",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "placement_groups",
  wrapper: "placement_group",
  localityFields: ["zone"],
  fields: {
    name: { type: "string" },
    tags: { type: "strings" },
    policy_mode: { type: "string", initial: "optional", values: ["optional", "enforced"] },
    policy_type: { type: "string", initial: "max_availability", values: ["max_availability", "low_latency"] },
  },
  quotas: [{ quota: "placementGroups", within: "organization" }],
  missing: (id) => notFound("instance_placement_group", id),
  prepare: (_world, { hidden }) => {
    hidden.created = standard.time(Date.now());
    hidden.updated = hidden.created;
  },
  changed: (_world, { hidden }) => {
    hidden.updated = standard.time(Date.now());
  },
  view: () => ({ policy_respected: true }),
});

type Placement = Resource<PlacementBody, { created?: string; updated?: string }>;

const collection = "/instance/v2alpha1/zones/:zone/placement-groups";

/** The same group as version 2 of the API words it. */
function secondView({ body, hidden }: Placement): Answer {
  return {
    status: 200,
    body: {
      project_id: body.project,
      name: body.name,
      id: body.id,
      policy_type: body.policy_type,
      tags: body.tags,
      created_at: hidden.created,
      updated_at: hidden.updated,
      zone: body.zone,
    },
  };
}

function find(world: World, { params, locality }: Demand): Placement {
  const id = params.id ?? "";
  const group = world.store.get(id, "instance.placement_group");
  if (group?.locality !== locality) throw notFound("placement_group", id);
  return group as unknown as Placement;
}

function known(input: Demand["input"]): Demand["input"] {
  const policy = input.policy_type === "unknown_policy_type" ? undefined : input.policy_type;
  return { ...input, policy_type: policy, project: input.project_id };
}

/** Version 2 (alpha) of the API, which the provider uses for placement groups since v2.80. */
export const placementCalls: readonly Call[] = [
  {
    method: "POST",
    path: collection,
    run: (world, { locality, input }) =>
      secondView(
        world.create("instance.placement_group", demand(locality, known(input))) as unknown as Placement,
      ),
  },
  { method: "GET", path: `${collection}/:id`, run: (world, asked) => secondView(find(world, asked)) },
  {
    method: "GET",
    path: collection,
    run: (world, { locality, query }) => {
      const groups = world.store
        .list({ kind: "instance.placement_group", locality, name: query.get("name") ?? undefined })
        .map((group) => secondView(group as unknown as Placement).body);
      return { status: 200, body: { placement_groups: groups, total_count: groups.length } };
    },
  },
  {
    method: "PATCH",
    path: `${collection}/:id`,
    run: (world, asked) => {
      const group = find(world, asked);
      world.change(group as unknown as Resource, demand(asked.locality, known(asked.input)));
      return secondView(group);
    },
  },
  {
    method: "DELETE",
    path: `${collection}/:id`,
    run: (world, asked) => {
      world.remove(find(world, asked), asked);
      return { status: 204 };
    },
  },
];
