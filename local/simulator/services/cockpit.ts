import { randomUUID } from "node:crypto";
import { projectOnly } from "../core/dialects.ts";
import { notFound } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type Call, defineKind, type Service } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Body } from "../store/store.ts";
import { alertCalls, projectOf } from "./cockpit-alerts.ts";

const base = "/cockpit/v1/regions/:region";

/** Days that a data source keeps, where the request does not say. */
const defaultDays: Readonly<Record<string, number>> = { metrics: 31, logs: 7, traces: 7 };

/** Where measurements, logs and traces go. Nothing is taken in. */
const dataSource = defineKind<{ type: string; retention_days: number; url: string }>({
  name: "cockpit.data_source",
  dialect: projectOnly,
  collection: `${base}/data-sources`,
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "data_sources",
  localityFields: ["region"],
  fields: {
    name: { type: "string" },
    type: { type: "string", initial: "metrics", fixed: true },
    retention_days: { type: "integer" },
  },
  filters: { type: ({ body }, value) => value === "unknown_type" || body.type === value, origin: "origin" },
  missing: (id) => notFound("data source", id),
  prepare: (_world, { id, body, locality }) => {
    body.retention_days ||= defaultDays[body.type] ?? 7;
    body.url = `https://${id}.${body.type}.cockpit.${locality}.scw.cloud`;
    Object.assign(body, { origin: "custom", synchronized_with_grafana: false });
  },
  view: () => ({ current_month_usage: 0 }),
});

const token = defineKind<{ scopes: string[]; secret_key: string }>({
  name: "cockpit.token",
  dialect: projectOnly,
  collection: `${base}/tokens`,
  calls: ["create", "list", "get", "delete"],
  listKey: "tokens",
  localityFields: ["region"],
  fields: {
    name: { type: "string" },
    token_scopes: { type: "strings", answeredAs: "scopes" },
  },
  missing: (id) => notFound("token", id),
  creationView: () => ({ secret_key: randomUUID() }),
  // Shown once and not kept; what opens no door needs no digest.
  view: () => ({ secret_key: "00000000-0000-0000-0000-000000000000" }),
});

/** Destinations are answered without the keys that open them. */
function destination(said: unknown): Body | undefined {
  if (!isBody(said)) return undefined;
  const { api_key: _, ...rest } = said;
  return rest;
}

const exporter = defineKind<Body>({
  name: "cockpit.exporter",
  dialect: { ...projectOnly, project: undefined },
  collection: `${base}/exporters`,
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "exporters",
  localityFields: [],
  parent: { kind: "cockpit.data_source", field: "datasource_id", onDeletion: "delete" },
  project: "parent",
  fields: {
    datasource_id: { type: "uuid", required: true, fixed: true },
    name: { type: "string" },
    description: { type: "string" },
    exported_products: { type: "strings" },
    datadog_destination: { type: "object", argument: true },
    otlp_destination: { type: "object", argument: true },
  },
  states: { field: "status", path: ["creating", "ready"] },
  filters: { datasource_id: "datasource_id" },
  missing: (id) => notFound("exporter", id),
  prepare: (_world, { body }, { input }) => setDestination(body, input),
  changed: (_world, { body }, { input }) => setDestination(body, input),
});

function setDestination(body: Body, input: Body): void {
  for (const name of ["datadog_destination", "otlp_destination"]) {
    const said = destination(input[name]);
    if (said) body[name] = said;
  }
}

interface GrafanaUser {
  readonly id: number;
  readonly login: string;
  readonly role: string;
}

function users(world: World, project: string): { held: GrafanaUser[]; keep: (users: GrafanaUser[]) => void } {
  const name = `cockpit users ${project}`;
  return {
    held: JSON.parse(world.store.setting(name) ?? "[]") as GrafanaUser[],
    keep: (next) => world.store.set(name, JSON.stringify(next)),
  };
}

function retention(days: number): Body {
  return { default_days: days, max_days: 1825, min_days: 1 };
}

function plan(name: string): Body {
  return {
    name,
    monthly_price: 29,
    sample_ingestion_price: 15,
    logs_ingestion_price: 35,
    traces_ingestion_price: 35,
    retention_metrics_interval: "31536000s",
    retention_logs_interval: "2678400s",
    retention_traces_interval: "2678400s",
  };
}

const calls: readonly Call[] = [
  ...alertCalls,
  {
    method: "GET",
    path: `${base}/config`,
    run: () => ({
      status: 200,
      body: {
        custom_metrics_retention: retention(31),
        custom_logs_retention: retention(7),
        custom_traces_retention: retention(7),
        product_metrics_retention: retention(31),
        product_logs_retention: retention(7),
      },
    }),
  },
  {
    method: "GET",
    path: "/cockpit/v1/grafana",
    run: (world, demand) => ({
      status: 200,
      body: { grafana_url: `https://${projectOf(world, demand)}.dashboard.cockpit.scw.cloud` },
    }),
  },
  {
    method: "POST",
    path: "/cockpit/v1/grafana/sync-data-sources",
    run: (world, demand) => {
      projectOf(world, demand);
      return { status: 204 };
    },
  },
  {
    method: "GET",
    path: "/cockpit/v1/grafana/users",
    run: (world, demand) => {
      const { held } = users(world, projectOf(world, demand));
      const shown = held.map((user) => ({ ...user, password: "" }));
      return { status: 200, body: { grafana_users: shown, total_count: shown.length } };
    },
  },
  {
    method: "POST",
    path: "/cockpit/v1/grafana/users",
    run: (world, demand) => {
      const { held, keep } = users(world, projectOf(world, demand));
      const { login, role } = demand.input;
      const made = { id: world.store.next("grafana user") + 1, login: String(login), role: String(role) };
      keep([...held, made]);
      return { status: 200, body: { ...made, password: randomUUID().slice(0, 8) } };
    },
  },
  {
    method: "DELETE",
    path: "/cockpit/v1/grafana/users/:user",
    run: (world, demand) => {
      const { held, keep } = users(world, projectOf(world, demand));
      const found = held.find(({ id }) => String(id) === demand.params.user);
      if (!found) throw notFound("grafana user", demand.params.user ?? "");
      keep(held.filter((user) => user !== found));
      return { status: 204 };
    },
  },
  {
    method: "GET",
    path: "/cockpit/v1/plans",
    run: () => {
      const plans = ["custom", "free", "premium"].map(plan);
      return { status: 200, body: { plans, total_count: plans.length } };
    },
  },
  {
    method: "GET",
    path: "/cockpit/v1/current-plan",
    run: (world, demand) => {
      const kept = world.store.setting(`cockpit plan ${projectOf(world, demand)}`);
      return { status: 200, body: plan(kept ?? "free") };
    },
  },
  {
    method: "PATCH",
    path: "/cockpit/v1/plans",
    run: (world, demand) => {
      const name = String(demand.input.plan_name);
      world.store.set(`cockpit plan ${projectOf(world, demand)}`, name);
      return { status: 200, body: plan(name) };
    },
  },
];

/** Observability (v1). */
export const cockpit: Service = { kinds: [dataSource, token, exporter], calls };
