import { projectOnly, standard } from "../core/dialects.ts";
import { invalidArgument, plainNotFound } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type AnyKind, type Answer, type Call, defineKind, type Demand, type Field, type Service } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { checkBackend } from "./edge-backends.ts";

const base = "/edge-services/v1beta1";

/** The role of the link from a pipeline to its first stage. */
const headRole = "head stage";

function missing(): Error {
  return plainNotFound("Not Found");
}

const noHead = {
  code: "pipeline_missing_head_stage",
  message: "first (head) stage missing",
  severity: "critical",
  stage: "unknown_stage",
  type: "config",
};

function setHead(world: World, { input }: Demand, pipeline: Resource): Answer {
  const [current] = world.store.targets(pipeline.id, headRole);
  const { add_new_head_stage: add, swap_head_stage: swap, remove_head_stage: remove } = input;
  const take = (id: unknown) => {
    const stage = world.require("edge.dns_stage", String(id), "");
    if (stage.parent !== pipeline.id) throw invalidArgument("new_stage_id", "a stage of another pipeline");
    world.store.unlink(pipeline.id, headRole);
    world.store.link(pipeline.id, headRole, stage.id);
  };
  if (isBody(add)) take(add.new_stage_id);
  else if (isBody(swap)) {
    if (swap.current_stage_id !== current) throw plainNotFound("Not Found");
    take(swap.new_stage_id);
  } else if (isBody(remove)) {
    if (remove.remove_stage_id !== current) throw plainNotFound("Not Found");
    world.store.unlink(pipeline.id, headRole);
  } else throw invalidArgument("add_new_head_stage", "add, swap or remove", "required");
  world.keep(pipeline);
  const [head] = world.store.targets(pipeline.id, headRole);
  return { status: 200, body: { head_stage: { dns_stage_id: head } } };
}

function listHeads(world: World, _demand: Demand, pipeline: Resource): Answer {
  const heads = world.store.targets(pipeline.id, headRole).map((id) => ({ dns_stage_id: id }));
  return { status: 200, body: { head_stages: heads, total_count: heads.length } };
}

const pipeline = defineKind({
  name: "edge.pipeline",
  dialect: standard,
  collection: `${base}/pipelines`,
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "pipelines",
  localityFields: [],
  fields: { name: { type: "string" }, description: { type: "string" } },
  quotas: [{ quota: "edgeServicesPipelines", within: "organization" }],
  missing: missing as never,
  view: (world, { id }) => {
    const headed = world.store.targets(id, headRole).length > 0;
    return { status: headed ? "ready" : "warning", errors: headed ? [] : [noHead], vpc_endpoint_ids: [] };
  },
  actions: [
    { method: "POST", path: "/set-head-stage", run: setHead },
    { method: "GET", path: "/head-stages", run: listHeads },
  ],
});

interface StageTable {
  readonly noun: "backend" | "cache" | "dns" | "route" | "tls" | "waf";
  /** Stages that may come after this one. */
  readonly next: readonly StageTable["noun"][];
  readonly fields: Readonly<Record<string, Field>>;
  /** Fields that are left out of answers while they are not set. */
  readonly optional?: readonly string[];
  readonly check?: (world: World, stage: Resource) => void;
  readonly view?: (stage: Resource) => Body;
  readonly actions?: AnyKind["actions"];
}

/** A kind of stage: all are alike but for what they hold and what may follow. */
function stage(table: StageTable): AnyKind {
  const links: Record<string, Field> = {};
  for (const noun of table.next) {
    links[`${noun}_stage_id`] = { type: "uuid", refersTo: { kind: `edge.${noun}_stage`, onDeletion: "clear" } };
  }
  const optional = [...Object.keys(links), ...(table.optional ?? [])];
  // One stage follows: naming another kind forgets the one before.
  const follow = (body: Body, input: Body) => {
    const named = Object.keys(links).find((name) => typeof input[name] === "string" && input[name] !== "");
    if (named) for (const name of Object.keys(links)) if (name !== named) body[name] = null;
  };
  return defineKind({
    name: `edge.${table.noun}_stage`,
    dialect: { ...standard, organization: undefined, project: undefined },
    collection: `${base}/pipelines/:pipeline/${table.noun}-stages`,
    item: `${base}/${table.noun}-stages`,
    calls: ["create", "list", "get", "patch", "delete"],
    listKey: "stages",
    localityFields: [],
    parent: { kind: "edge.pipeline", param: "pipeline", onDeletion: "delete" },
    project: "parent",
    fields: { ...table.fields, ...links },
    missing: missing as never,
    prepare: (world, draft) => table.check?.(world, draft),
    changed: (world, draft, { input }) => {
      follow(draft.body, input);
      table.check?.(world, draft);
    },
    view: (world, resource) => {
      const shown = optional.map((name) => [name, resource.body[name] ?? undefined]);
      const headed = world.store.targets(resource.parent, headRole).length > 0;
      return {
        ...Object.fromEntries(shown),
        pipeline_id: resource.parent,
        status: headed ? "active" : "inactive",
        ...table.view?.(resource),
      };
    },
    ...(table.actions ? { actions: table.actions } : {}),
  });
}

function checkDuration(_world: World, { body }: Resource): void {
  const seconds = Number(String(body.fallback_ttl).replace(/s$/, ""));
  if (!Number.isFinite(seconds) || seconds < 0) throw invalidArgument("fallback_ttl", "seconds, as 3600s", "format");
  body.fallback_ttl = `${seconds}s`;
}

const stages: readonly AnyKind[] = [
  stage({
    noun: "dns",
    next: ["tls", "cache", "backend"],
    fields: { fqdns: { type: "strings" }, wildcard_domain: { type: "boolean" }, full_private: { type: "boolean" } },
    view: ({ id, body }) => {
      const custom = (body.fqdns as string[]).length > 0;
      return {
        default_fqdn: custom ? "" : `${id}.svc.edge.scw.cloud`,
        default_private_fqdn: "",
        type: custom ? "custom" : "auto",
      };
    },
  }),
  stage({
    noun: "tls",
    next: ["cache", "backend", "route", "waf"],
    fields: { secrets: { type: "list" }, managed_certificate: { type: "boolean" } },
    view: () => ({ certificate_expires_at: null }),
  }),
  stage({
    noun: "cache",
    next: ["backend", "waf", "route"],
    fields: { fallback_ttl: { type: "string", initial: "0s" }, include_cookies: { type: "boolean" } },
    check: checkDuration,
  }),
  stage({
    noun: "waf",
    next: ["backend"],
    fields: {
      mode: { type: "string", initial: "enable", values: ["disable", "log_only", "enable"] },
      paranoia_level: { type: "integer", initial: 1 },
    },
    check: (_world, { body }) => {
      const level = body.paranoia_level as number;
      if (level < 1 || level > 4) throw invalidArgument("paranoia_level", "1 to 4");
    },
  }),
  stage({
    noun: "route",
    next: ["waf", "backend"],
    fields: {},
    actions: [
      {
        method: "GET",
        path: "/route-rules",
        run: (_world, _demand, { hidden }) => {
          const rules = (hidden.rules as Body[] | undefined) ?? [];
          return { status: 200, body: { route_rules: rules, total_count: rules.length } };
        },
      },
      {
        method: "PUT",
        path: "/route-rules",
        run: (world, { input }, resource) => {
          const asked = (Array.isArray(input.route_rules) ? input.route_rules : []).filter(isBody);
          resource.hidden.rules = asked.map((rule, index) => ({ ...rule, position: index + 1, route_stage_id: resource.id }));
          world.keep(resource);
          return { status: 200, body: { route_rules: resource.hidden.rules } };
        },
      },
    ],
  }),
  stage({
    noun: "backend",
    next: [],
    fields: {
      scaleway_s3: { type: "object" },
      scaleway_lb: { type: "object" },
      scaleway_serverless_container: { type: "object" },
      scaleway_serverless_function: { type: "object" },
    },
    optional: ["scaleway_s3", "scaleway_lb", "scaleway_serverless_container", "scaleway_serverless_function"],
    check: checkBackend,
  }),
];

const plans = ["starter", "professional", "advanced"];

/** The plan of a project: none, until one is chosen. */
const planCalls: readonly Call[] = [
  {
    method: "PATCH",
    path: `${base}/current-plan`,
    run: (world, { input }) => {
      const project = world.require("account.project", String(input.project_id ?? world.options.projectId), "");
      if (!plans.includes(String(input.plan_name))) throw invalidArgument("plan_name", `one of: ${plans.join(", ")}`);
      world.store.set(`edge plan ${project.id}`, String(input.plan_name));
      return { status: 200, body: { plan_name: input.plan_name } };
    },
  },
  {
    method: "GET",
    path: `${base}/current-plan/:project`,
    run: (world, { params }) => {
      const plan = world.store.setting(`edge plan ${params.project}`);
      if (plan === undefined) throw plainNotFound("Not Found");
      return { status: 200, body: { plan_name: plan } };
    },
  },
  {
    method: "DELETE",
    path: `${base}/current-plan/:project`,
    run: (world, { params }) => {
      world.store.set(`edge plan ${params.project}`, undefined);
      return { status: 204 };
    },
  },
];

/** Requests to forget what is cached. */
const purge = defineKind({
  name: "edge.purge_request",
  dialect: { ...projectOnly, project: undefined },
  collection: `${base}/purge-requests`,
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
  states: { field: "status", path: ["pending", "done"] },
  missing: missing as never,
  view: ({ options }, { body }) => ({
    target: { assets: body.assets, all: body.all },
    organization_id: options.organizationId,
  }),
});

export const edge: Service = { kinds: [pipeline, ...stages, purge], calls: planCalls };
