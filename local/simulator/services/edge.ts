import { standard } from "../core/dialects.ts";
import { invalidArgument, notFound, plainNotFound, preconditionFailed, stillInUse } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type Answer, type Demand, defineKind, type Service } from "../core/kind.ts";
import { demand, type World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { headRole, stages } from "./edge-stages.ts";

interface PlanBody {
  plan_name: string;
}

/** A project's subscription. It has no id of its own in the API: see the calls below. */
const plan = defineKind<PlanBody>({
  name: "edge.plan",
  dialect: standard,
  collection: "/edge-services/v1beta1/current-plan",
  calls: [],
  listKey: "plans",
  localityFields: [],
  fields: { plan_name: { type: "string", required: true, values: ["starter", "professional", "advanced"] } },
  missing: () => plainNotFound("Not Found"),
});

function planOf(world: World, project: string): Resource<PlanBody> | undefined {
  return world.store.list<PlanBody>({ kind: "edge.plan", project })[0];
}

function currentPlan(world: World, project: string): Resource<PlanBody> {
  const found = planOf(world, project);
  if (!found) throw plainNotFound("Not Found");
  return found;
}

function selectPlan(world: World, { input }: Demand): Answer {
  const { plan_name, project_id } = input;
  const project = typeof project_id === "string" && project_id !== "" ? project_id : world.options.projectId;
  const held = planOf(world, project);
  if (held) world.change(held as Resource<object> as Resource, demand("", { plan_name }));
  else world.create("edge.plan", demand("", { plan_name, project_id: project }));
  return { status: 200, body: { plan_name } };
}

function showPlan(world: World, { params }: Demand): Answer {
  return { status: 200, body: { plan_name: currentPlan(world, params.project ?? "").body.plan_name } };
}

function leavePlan(world: World, { params }: Demand): Answer {
  const held = currentPlan(world, params.project ?? "");
  // Not recorded: what becomes of pipelines without a plan is not written anywhere, so they are to go first.
  if (world.store.count({ kind: "edge.pipeline", project: held.project }) > 0)
    throw stillInUse("the project has pipelines");
  world.remove(held);
  return { status: 204 };
}

const missingHead = {
  stage: "unknown_stage",
  code: "pipeline_missing_head_stage",
  severity: "critical",
  message: "first (head) stage missing",
  type: "config",
};

function headAnswer(id: string): Answer {
  return { status: 200, body: { head_stage: { dns_stage_id: id } } };
}

function setHeads(world: World, pipeline: Resource, heads: readonly string[]): void {
  world.store.unlink(pipeline.id, headRole);
  for (const id of heads) world.store.link(pipeline.id, headRole, id);
}

/** `POST …/set-head-stage`: adds, swaps or removes a DNS stage that requests enter by. */
function setHead(world: World, { input }: Demand, pipeline: Resource): Answer {
  const heads = world.store.targets(pipeline.id, headRole);
  const stage = (id: unknown): string => {
    const found = world.require("edge.dns_stage", String(id), "");
    if (found.parent !== pipeline.id) throw plainNotFound("Not Found");
    return found.id;
  };
  const without = (id: unknown): string[] => {
    if (!heads.includes(String(id))) throw notFound("head_stage", String(id));
    return heads.filter((head) => head !== id);
  };
  const { add_new_head_stage: added, swap_head_stage: swapped, remove_head_stage: removed } = input;
  if (isBody(added)) {
    const id = stage(added.new_stage_id);
    setHeads(world, pipeline, [...heads, id]);
    return headAnswer(id);
  }
  if (isBody(swapped)) {
    const id = stage(swapped.new_stage_id);
    setHeads(world, pipeline, [...without(swapped.current_stage_id), id]);
    return headAnswer(id);
  }
  if (isBody(removed)) {
    setHeads(world, pipeline, without(removed.remove_stage_id));
    return headAnswer(String(removed.remove_stage_id));
  }
  throw invalidArgument(
    "add_new_head_stage",
    "one of: add_new_head_stage, swap_head_stage, remove_head_stage",
    "required",
  );
}

function listHeads(world: World, _demand: Demand, pipeline: Resource): Answer {
  const heads = world.store.targets(pipeline.id, headRole).map((id): Body => ({ dns_stage_id: id }));
  return { status: 200, body: { head_stages: heads, total_count: heads.length } };
}

/** Edge Services (v1beta1). Deleting a pipeline deletes its stages. */
const pipeline = defineKind({
  name: "edge.pipeline",
  dialect: standard,
  collection: "/edge-services/v1beta1/pipelines",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "pipelines",
  localityFields: [],
  fields: { name: { type: "string" }, description: { type: "string" } },
  quotas: [{ quota: "edgeServicesPipelines", within: "organization" }],
  missing: () => plainNotFound("Not Found"),
  prepare: (world, { project }) => {
    // A subscription is needed; the words of the refusal are not recorded.
    if (!planOf(world, project))
      throw preconditionFailed("plan_required", "the project has no Edge Services plan");
  },
  view: (world, { id }) => {
    const headed = world.store.targets(id, headRole).length > 0;
    return {
      status: headed ? "ready" : "warning",
      errors: headed ? [] : [missingHead],
      vpc_endpoint_ids: [],
    };
  },
  actions: [
    { method: "POST", path: "/set-head-stage", run: setHead },
    { method: "GET", path: "/head-stages", run: listHeads },
  ],
});

const purgeRequest = defineKind({
  name: "edge.purge_request",
  dialect: { ...standard, organization: undefined, project: undefined },
  collection: "/edge-services/v1beta1/purge-requests",
  calls: ["create", "list", "get"],
  listKey: "purge_requests",
  localityFields: [],
  parent: { kind: "edge.pipeline", field: "pipeline_id", onDeletion: "delete" },
  project: "parent",
  fields: {
    pipeline_id: { type: "uuid", required: true },
    assets: { type: "strings", initial: null },
    all: { type: "boolean", initial: null },
  },
  indexed: { pipeline_id: { parent: true } },
  states: { field: "status", path: ["pending", "done"] },
  missing: () => plainNotFound("Not Found"),
  view: (_world, { body }) => ({ assets: body.assets ?? undefined, all: body.all ?? undefined }),
});

export const edge: Service = {
  kinds: [plan, pipeline, ...stages, purgeRequest],
  calls: [
    { method: "PATCH", path: "/edge-services/v1beta1/current-plan", run: selectPlan },
    { method: "GET", path: "/edge-services/v1beta1/current-plan/:project", run: showPlan },
    { method: "DELETE", path: "/edge-services/v1beta1/current-plan/:project", run: leavePlan },
  ],
};
