import { loadBalancerParts } from "../core/dialects.ts";
import { invalidArgument, plainNotFound, preconditionFailed } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type Answer, type Demand, defineKind } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";

export interface BackendBody {
  id: string;
  name: string;
  health_check: Body;
  pool: string[];
  timeout_queue: string;
  max_connections: number | null;
  redispatch_attempt_count: number | null;
  ssl_bridging: boolean;
}

/** The load balancer of a part, as its answers show it. */
export function balancerOf(world: World, part: Resource<object, object>): Body | null {
  const held = world.store.get(part.parent, "lb.lb");
  return held ? world.show(held) : null;
}

/** Durations come as `0.500000000s` and are answered with as few digits as tell them, three by three. */
function duration(text: unknown, fallback: string): string {
  const seconds = typeof text === "string" ? Number(text.replace(/s$/, "")) : Number.NaN;
  if (!Number.isFinite(seconds)) return fallback;
  return Number.isInteger(seconds) ? `${seconds}s` : `${seconds.toFixed(3)}s`;
}

const checks = [
  "tcp_config",
  "http_config",
  "https_config",
  "mysql_config",
  "pgsql_config",
  "ldap_config",
  "redis_config",
] as const;

/** A health check, with the API's own values for what is not said: a probe a minute. */
function readCheck(input: unknown, fallbackPort: unknown): Body {
  const asked = isBody(input) ? input : {};
  const kind = checks.find((name) => isBody(asked[name]));
  const probe = kind === undefined ? { tcp_config: {} } : { [kind]: asked[kind] };
  const number = (value: unknown, fallback: number) =>
    typeof value === "number" && value > 0 ? value : fallback;
  return {
    port: number(asked.port, typeof fallbackPort === "number" ? fallbackPort : 80),
    check_delay: number(asked.check_delay, 60_000),
    check_timeout: number(asked.check_timeout, 30_000),
    check_max_retries: number(asked.check_max_retries, 2),
    check_send_proxy: asked.check_send_proxy === true,
    transient_check_delay: duration(asked.transient_check_delay, "0.500s"),
    ...probe,
  };
}

function normalise(body: BackendBody): void {
  body.timeout_queue = duration(body.timeout_queue, "0s");
  // Zero and nothing are one for the API (recorded).
  body.max_connections ||= null;
  body.redispatch_attempt_count ||= null;
}

function servers(update: (pool: string[], asked: string[]) => string[]) {
  return (world: World, { input }: Demand, resource: Resource<BackendBody>): Answer => {
    const asked = Array.isArray(input.server_ip) ? input.server_ip.map(String) : [];
    resource.body.pool = update(resource.body.pool, asked);
    world.keep(resource);
    return { status: 200, body: world.show(resource) };
  };
}

/** Where a load balancer sends to: servers by address, and how it checks them. */
export const backend = defineKind<BackendBody>({
  name: "lb.backend",
  dialect: loadBalancerParts,
  collection: "/lb/v1/zones/:zone/lbs/:lb/backends",
  item: "/lb/v1/zones/:zone/backends",
  calls: ["create", "list", "get", "put", "delete"],
  listKey: "backends",
  localityFields: [],
  parent: { kind: "lb.lb", param: "lb", onDeletion: "delete" },
  project: "parent",
  fields: {
    name: { type: "string" },
    forward_protocol: { type: "string", required: true, values: ["tcp", "http"] },
    forward_port: { type: "integer", required: true },
    forward_port_algorithm: {
      type: "string",
      initial: "roundrobin",
      values: ["roundrobin", "leastconn", "first"],
    },
    sticky_sessions: { type: "string", initial: "none", values: ["none", "cookie", "table"] },
    sticky_sessions_cookie_name: { type: "string" },
    health_check: { type: "object", fixed: true },
    server_ip: { type: "strings", fixed: true, answeredAs: "pool" },
    send_proxy_v2: { type: "boolean" },
    timeout_server: { type: "integer", initial: 300_000 },
    timeout_connect: { type: "integer", initial: 5000 },
    timeout_tunnel: { type: "integer", initial: 900_000 },
    on_marked_down_action: { type: "string", initial: "on_marked_down_action_none" },
    proxy_protocol: { type: "string", initial: "proxy_protocol_none" },
    failover_host: { type: "string", initial: null },
    ssl_bridging: { type: "boolean" },
    ignore_ssl_server_verify: { type: "boolean", initial: null },
    redispatch_attempt_count: { type: "integer", initial: null },
    max_retries: { type: "integer", initial: null },
    max_connections: { type: "integer", initial: null },
    timeout_queue: { type: "string" },
    host: { type: "string" },
  },
  missing: () => plainNotFound("backend not Found"),
  inUse: () => preconditionFailed("resource_still_in_use", "the backend is used by a frontend or a route"),
  prepare: (_world, { body }, { input }) => {
    body.health_check = readCheck(body.health_check, input.forward_port);
    normalise(body);
  },
  changed: (_world, { body }) => normalise(body),
  view: (world, resource) => ({ lb: balancerOf(world, resource) }),
  actions: [
    {
      method: "PUT",
      path: "/healthcheck",
      run: (world, { input }, resource) => {
        resource.body.health_check = readCheck(input, undefined);
        world.keep(resource);
        return { status: 200, body: resource.body.health_check };
      },
    },
    { method: "PUT", path: "/servers", run: servers((_pool, asked) => asked) },
    { method: "POST", path: "/servers", run: servers((pool, asked) => [...new Set([...pool, ...asked])]) },
    {
      method: "DELETE",
      path: "/servers",
      run: servers((pool, asked) => pool.filter((ip) => !asked.includes(ip))),
    },
  ],
});

interface FrontendBody {
  id: string;
  inbound_port: number;
  backend_id: string;
  certificate_ids: string[];
  connection_rate_limit: number | null;
}

/** Two frontends of a load balancer cannot listen on one port (refusal rebuilt, not recorded). */
function checkPort(world: World, draft: Resource<FrontendBody>): void {
  const { inbound_port: port } = draft.body;
  if (port < 1 || port > 65_535) throw invalidArgument("inbound_port", "1 to 65535");
  const other = world.store
    .list<FrontendBody>({ kind: "lb.frontend", parent: draft.parent })
    .find((one) => one.id !== draft.id && one.body.inbound_port === port);
  if (other) throw invalidArgument("inbound_port", `port ${port} is taken by frontend ${other.id}`);
  const target = world.require("lb.backend", draft.body.backend_id, draft.locality);
  if (target.parent !== draft.parent)
    throw invalidArgument("backend_id", "the backend is of another load balancer");
}

/** Where a load balancer listens. */
export const frontend = defineKind<FrontendBody>({
  name: "lb.frontend",
  dialect: loadBalancerParts,
  collection: "/lb/v1/zones/:zone/lbs/:lb/frontends",
  item: "/lb/v1/zones/:zone/frontends",
  calls: ["create", "list", "get", "put", "delete"],
  listKey: "frontends",
  localityFields: [],
  parent: { kind: "lb.lb", param: "lb", onDeletion: "delete" },
  project: "parent",
  fields: {
    name: { type: "string" },
    inbound_port: { type: "integer", required: true },
    backend_id: { type: "uuid", required: true, refersTo: { kind: "lb.backend", onDeletion: "refuse" } },
    timeout_client: { type: "integer", initial: null },
    certificate_ids: { type: "strings", refersTo: { kind: "lb.certificate", onDeletion: "refuse" } },
    enable_http3: { type: "boolean" },
    connection_rate_limit: { type: "integer", initial: null },
    enable_access_logs: { type: "boolean" },
  },
  missing: () => plainNotFound("frontend not Found"),
  prepare: (world, draft) => {
    draft.body.connection_rate_limit ||= null;
    checkPort(world, draft);
  },
  changed: (world, draft) => {
    draft.body.connection_rate_limit ||= null;
    checkPort(world, draft);
  },
  view: (world, resource) => {
    const target = world.store.get(resource.body.backend_id, "lb.backend");
    const [first] = resource.body.certificate_ids;
    const shown = first === undefined ? undefined : world.store.get(first, "lb.certificate");
    return {
      backend_id: undefined,
      backend: target ? world.show(target) : null,
      lb: balancerOf(world, resource),
      certificate: shown ? world.show(shown) : null,
    };
  },
});
