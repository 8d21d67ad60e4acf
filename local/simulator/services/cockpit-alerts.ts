import { invalidArgument, permissionsDenied } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import type { Answer, Call, Demand } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Body } from "../store/store.ts";
import { stableId } from "./instance-catalogue.ts";

/** What a project has of alerting in a region. */
interface Alerting {
  enabled: boolean;
  managed: boolean;
  rules: string[];
  contacts: string[];
}

/** Some of the rules that Scaleway has ready, by product family and product. */
const ready = [
  ["LBBackendServerDown", "Load Balancer", "LB", "Backend server down"],
  ["RDBDiskAlmostFull", "Managed Databases", "Database for PostgreSQL and MySQL", "Disk almost full"],
] as const;

/** The project a call is about, in its query or its body. @throws 403 for one that is not there */
export function projectOf(world: World, { query, input }: Demand): string {
  const said = query.get("project_id") ?? input.project_id;
  const project = typeof said === "string" && said !== "" ? said : world.options.projectId;
  if (!world.store.get(project, "account.project")) throw permissionsDenied("cockpit", "read");
  return project;
}

function load(world: World, demand: Demand): { held: Alerting; keep: () => void; project: string } {
  const project = projectOf(world, demand);
  const name = `cockpit alerting ${demand.locality} ${project}`;
  const kept = world.store.setting(name);
  const held: Alerting =
    kept === undefined ? { enabled: false, managed: false, rules: [], contacts: [] } : JSON.parse(kept);
  return { held, project, keep: () => world.store.set(name, JSON.stringify(held)) };
}

function shown({ enabled, managed }: Alerting, project: string, region: string): Answer {
  const id = stableId("alert manager", project, region);
  return {
    status: 200,
    body: {
      alert_manager_enabled: enabled,
      alert_manager_url: enabled ? `https://${id}.alertmanager.cockpit.${region}.scw.cloud` : null,
      managed_alerts_enabled: managed,
      region,
    },
  };
}

function turn(path: string, apply: (held: Alerting) => void): Call {
  return {
    method: "POST",
    path: `${base}/alert-manager${path}`,
    run: (world, demand) => {
      const { held, keep, project } = load(world, demand);
      apply(held);
      keep();
      return shown(held, project, demand.locality);
    },
  };
}

function alertBody(
  [name, family, product, display]: (typeof ready)[number],
  enabled: boolean,
  region: string,
): Body {
  const id = stableId("alert rule", name);
  return {
    name,
    region,
    preconfigured: true,
    preconfigured_data: {
      preconfigured_rule_id: id,
      display_name: display,
      display_description: display,
      product_family: family,
      product_name: product,
    },
    annotations: {
      dashboard_path: "",
      description: display,
      display_description: display,
      display_name: display,
      family,
      product,
      rule_id: id,
      summary: display,
    },
    data_source_id: "",
    duration: "5m",
    rule: `${name} > 0`,
    rule_status: enabled ? "enabled" : "disabled",
    state: enabled ? "inactive" : "unknown_state",
  };
}

function contactBody(email: string, region: string): Body {
  return { email: { to: email }, region, send_resolved_notifications: true };
}

function emailIn({ input }: Demand): string {
  if (!isBody(input.email) || typeof input.email.to !== "string")
    throw invalidArgument("email.to", "required", "required");
  return input.email.to;
}

function changeRules(path: string, answered: string, on: boolean): Call {
  return {
    method: "POST",
    path: `${base}/alert-manager/${path}`,
    run: (world, demand) => {
      const { held, keep } = load(world, demand);
      const said = Array.isArray(demand.input.rule_ids) ? demand.input.rule_ids.map(String) : [];
      held.rules = on
        ? [...new Set([...held.rules, ...said])]
        : held.rules.filter((id) => !said.includes(id));
      keep();
      return { status: 200, body: { [answered]: said } };
    },
  };
}

const base = "/cockpit/v1/regions/:region";

/** Alerts: who is told, of what. Nothing is measured here, and nobody is told. */
export const alertCalls: readonly Call[] = [
  {
    method: "GET",
    path: `${base}/alert-manager`,
    run: (world, demand) => {
      const { held, project } = load(world, demand);
      return shown(held, project, demand.locality);
    },
  },
  turn("/enable", (held) => {
    held.enabled = true;
  }),
  turn("/disable", (held) => {
    held.enabled = false;
  }),
  turn("/managed-alerts/enable", (held) => {
    held.managed = true;
  }),
  turn("/managed-alerts/disable", (held) => {
    held.managed = false;
  }),
  changeRules("enable-alert-rules", "enabled_rule_ids", true),
  changeRules("disable-alert-rules", "disabled_rule_ids", false),
  {
    method: "POST",
    path: `${base}/alert-manager/trigger-test-alert`,
    run: (world, demand) => {
      projectOf(world, demand);
      return { status: 204 };
    },
  },
  {
    method: "GET",
    path: `${base}/alerts`,
    run: (world, demand) => {
      const { held } = load(world, demand);
      const wanted = demand.query.get("rule_status");
      const alerts = ready
        .map((rule) => alertBody(rule, held.rules.includes(stableId("alert rule", rule[0])), demand.locality))
        .filter(
          (alert) => wanted === null || wanted === "unknown_rule_status" || alert.rule_status === wanted,
        );
      return { status: 200, body: { alerts, total_count: alerts.length } };
    },
  },
  {
    method: "GET",
    path: `${base}/alert-manager/contact-points`,
    run: (world, demand) => {
      const { held } = load(world, demand);
      const points = held.contacts.map((email) => contactBody(email, demand.locality));
      return {
        status: 200,
        body: {
          contact_points: points,
          has_additional_contact_points: false,
          has_additional_receivers: false,
          total_count: points.length,
        },
      };
    },
  },
  {
    method: "POST",
    path: `${base}/alert-manager/contact-points`,
    run: (world, demand) => {
      const { held, keep } = load(world, demand);
      const email = emailIn(demand);
      held.contacts = [...new Set([...held.contacts, email])];
      keep();
      return { status: 200, body: contactBody(email, demand.locality) };
    },
  },
  {
    method: "POST",
    path: `${base}/alert-manager/contact-points/delete`,
    run: (world, demand) => {
      const { held, keep } = load(world, demand);
      const email = emailIn(demand);
      held.contacts = held.contacts.filter((one) => one !== email);
      keep();
      return { status: 204 };
    },
  },
];
