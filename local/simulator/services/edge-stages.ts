import { type Dialect, standard } from "../core/dialects.ts";
import { invalidArgument, plainNotFound, stillInUse } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type AnyKind, type Demand, defineKind, type Field, type Kind } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";
import { zoneOf } from "./domain.ts";
import { routeRules, ruleRole } from "./edge-route-rules.ts";

/** The role of the links from a pipeline to the DNS stages that requests enter by. */
export const headRole = "head stage";

/** Parts of a pipeline answer their pipeline, not an owner. */
const parts: Dialect = { ...standard, organization: undefined, project: undefined };

/** Field of the next stage, by the kind it leads to. */
const nexts = {
  tls_stage_id: "edge.tls_stage",
  cache_stage_id: "edge.cache_stage",
  route_stage_id: "edge.route_stage",
  waf_stage_id: "edge.waf_stage",
  backend_stage_id: "edge.backend_stage",
} as const;

type Next = keyof typeof nexts;

/** All fields that lead to a next stage. */
export const nextFields = Object.keys(nexts) as Next[];

/**
 * Fields for what may come next. Whether Scaleway lets a stage go while another leads to it is not written anywhere: here
 * it does not, so that a wrong order shows.
 */
function leadingTo(...names: Next[]): Record<string, Field> {
  return Object.fromEntries(
    names.map((name) => [name, { type: "uuid", refersTo: { kind: nexts[name], onDeletion: "refuse" } }]),
  );
}

/** Of these fields one is set: naming one forgets the others. @throws 400 when a request names two */
function exclusive(body: Body, input: Body, names: readonly string[]): void {
  const named = names.filter(
    (name) => input[name] !== undefined && input[name] !== null && input[name] !== "",
  );
  if (named.length > 1) throw invalidArgument(named[1] as string, `a stage has one of: ${names.join(", ")}`);
  if (named.length === 1) for (const name of names) if (name !== named[0] && name in body) body[name] = null;
}

/** Stages lead to stages of their own pipeline. */
function withinPipeline(world: World, { parent, body }: Resource): void {
  for (const name of nextFields) {
    const id = body[name];
    if (typeof id === "string" && world.require(nexts[name], id, "").parent !== parent) {
      throw invalidArgument(name, "the stage is of another pipeline");
    }
  }
}

/** What is not set is not answered (recorded). */
function onlySet(names: readonly string[]) {
  return (_world: World, { body }: Resource): Body =>
    Object.fromEntries(names.filter((name) => name in body).map((name) => [name, body[name] ?? undefined]));
}

interface StageTable {
  readonly noun: "dns" | "tls" | "cache" | "route" | "waf" | "backend";
  readonly fields: Readonly<Record<string, Field>>;
  /** Fields of which one is set at a time, and that are answered only when they are. */
  readonly oneOf: readonly string[];
  /** Completes what was said, at creation and at change. */
  readonly complete?: (world: World, stage: Resource, input: Body) => void;
  readonly removing?: Kind["removing"];
  readonly actions?: Kind["actions"];
}

/** What all stages have in common: made in a pipeline, then known by their own ids. */
function defineStage({ noun, fields, oneOf, complete, removing, actions }: StageTable): AnyKind {
  const settle = (world: World, stage: Resource, { input }: Demand): void => {
    exclusive(stage.body, input, oneOf);
    withinPipeline(world, stage);
    complete?.(world, stage, input);
  };
  return defineKind({
    name: `edge.${noun}_stage`,
    dialect: parts,
    collection: `/edge-services/v1beta1/pipelines/:pipeline/${noun}-stages`,
    item: `/edge-services/v1beta1/${noun}-stages`,
    calls: ["create", "list", "get", "patch", "delete"],
    listKey: "stages",
    localityFields: [],
    parent: { kind: "edge.pipeline", param: "pipeline", onDeletion: "delete" },
    project: "parent",
    fields,
    missing: () => plainNotFound("Not Found"),
    prepare: (world, draft, request) => {
      draft.body.pipeline_id = draft.parent;
      settle(world, draft, request);
    },
    changed: (world, stage, request) => settle(world, stage, request),
    removing: (world, stage, request) => {
      removing?.(world, stage, request);
      if (world.store.sources(stage.id, ruleRole).length > 0)
        throw stillInUse("a route rule leads to the stage");
    },
    view: onlySet(oneOf),
    ...(actions ? { actions } : {}),
  });
}

/** `auto` without names of one's own; names in a zone that Scaleway serves are its to manage (recorded). */
function dnsType(world: World, fqdns: string[]): "auto" | "managed" | "custom" {
  if (fqdns.length === 0) return "auto";
  return fqdns.every((fqdn) => zoneOf(world, fqdn)) ? "managed" : "custom";
}

const dnsStage = defineStage({
  noun: "dns",
  oneOf: ["tls_stage_id", "cache_stage_id", "backend_stage_id"],
  fields: {
    ...leadingTo("tls_stage_id", "cache_stage_id", "backend_stage_id"),
    fqdns: { type: "strings" },
    wildcard_domain: { type: "boolean" },
    full_private: { type: "boolean" },
  },
  complete: (world, { body }) => {
    // Recorded: no name of Scaleway's own is answered, here or after.
    Object.assign(body, {
      type: dnsType(world, body.fqdns as string[]),
      default_fqdn: "",
      default_private_fqdn: "",
    });
  },
  removing: (world, stage, request) => {
    const asked = request?.params.id === stage.id;
    if (asked && world.store.sources(stage.id, headRole).length > 0) {
      throw stillInUse("the stage is the head of its pipeline");
    }
  },
});

const tlsStage = defineStage({
  noun: "tls",
  oneOf: ["cache_stage_id", "route_stage_id", "waf_stage_id", "backend_stage_id"],
  fields: {
    ...leadingTo("cache_stage_id", "route_stage_id", "waf_stage_id", "backend_stage_id"),
    managed_certificate: { type: "boolean" },
    secrets: { type: "list" },
    tls_secrets_config: { type: "object", argument: true },
  },
  complete: (_world, { body }, input) => {
    if (isBody(input.tls_secrets_config)) body.secrets = input.tls_secrets_config.tls_secrets ?? [];
    body.certificate_expires_at = null;
  },
});

/** A duration as it is answered, "3600s". */
function duration(said: unknown): string {
  const seconds = Number(/^(\d+)(\.\d+)?s$/.exec(String(said))?.[1] ?? Number.NaN);
  if (Number.isNaN(seconds))
    throw invalidArgument("fallback_ttl", "a duration in seconds, as 3600s", "format");
  return `${seconds}s`;
}

const cacheStage = defineStage({
  noun: "cache",
  oneOf: ["route_stage_id", "waf_stage_id", "backend_stage_id"],
  fields: {
    ...leadingTo("route_stage_id", "waf_stage_id", "backend_stage_id"),
    fallback_ttl: { type: "string", initial: "3600s" },
    include_cookies: { type: "boolean" },
  },
  complete: (_world, { body }) => {
    body.fallback_ttl = duration(body.fallback_ttl);
  },
});

const routeStage = defineStage({
  noun: "route",
  oneOf: ["waf_stage_id", "backend_stage_id"],
  fields: leadingTo("waf_stage_id", "backend_stage_id"),
  actions: routeRules,
});

const wafModes = ["disable", "log_only", "enable"];

const wafStage = defineStage({
  noun: "waf",
  oneOf: ["backend_stage_id"],
  fields: {
    ...leadingTo("backend_stage_id"),
    paranoia_level: { type: "integer", required: true },
    mode: { type: "string", argument: true },
  },
  complete: (_world, { body }, { mode }) => {
    const level = body.paranoia_level as number;
    if (level < 1 || level > 4) throw invalidArgument("paranoia_level", "1 to 4");
    // Clients send the empty mode for one that they do not mean to change.
    const said =
      mode === undefined || mode === null || mode === "" || mode === "unknown_mode" ? undefined : mode;
    if (said !== undefined && !wafModes.includes(String(said)))
      throw invalidArgument("mode", `must be one of: ${wafModes.join(", ")}`);
    body.mode = said ?? body.mode ?? "enable";
  },
});

/** Where a load balancer backend leads. */
export interface BalancerOrigin {
  id: string;
  zone: string;
  frontend_id: string;
  is_ssl: boolean;
  domain_name: string;
  has_websocket: boolean;
  private_network_id: string | null;
}

function readOrigin(world: World, said: unknown): BalancerOrigin {
  const { id, zone, frontend_id, is_ssl, domain_name, has_websocket, private_network_id } = isBody(said)
    ? said
    : {};
  const balancer = world.require("lb.lb", String(id), String(zone));
  const frontend = world.require("lb.frontend", String(frontend_id), String(zone));
  if (frontend.parent !== balancer.id)
    throw invalidArgument("frontend_id", "the frontend is of another load balancer");
  return {
    id: balancer.id,
    zone: balancer.locality,
    frontend_id: frontend.id,
    is_ssl: is_ssl === true,
    domain_name: typeof domain_name === "string" ? domain_name : "",
    has_websocket: has_websocket === true,
    private_network_id: typeof private_network_id === "string" ? private_network_id : null,
  };
}

const origins = [
  "scaleway_s3",
  "scaleway_lb",
  "scaleway_serverless_container",
  "scaleway_serverless_function",
] as const;

const backendStage = defineStage({
  noun: "backend",
  oneOf: origins,
  fields: Object.fromEntries(origins.map((name) => [name, { type: "object" }])),
  complete: (world, { body }, input) => {
    if (!isBody(input.scaleway_lb)) return;
    const { lbs } = input.scaleway_lb;
    // One load balancer a backend stage (Edge Services FAQ, 2025).
    if (!Array.isArray(lbs) || lbs.length !== 1)
      throw invalidArgument("scaleway_lb.lbs", "one load balancer");
    body.scaleway_lb = { lbs: [readOrigin(world, lbs[0])] };
  },
});

/** In the order of a chain, so that a pipeline's stages go before those they lead to. */
export const stages: readonly AnyKind[] = [
  dnsStage,
  tlsStage,
  cacheStage,
  routeStage,
  wafStage,
  backendStage,
];
