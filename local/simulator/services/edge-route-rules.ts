import { invalidArgument } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import type { Action, Answer, Demand } from "../core/kind.ts";
import type { World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";

const targets = { backend_stage_id: "edge.backend_stage", waf_stage_id: "edge.waf_stage" } as const;

/** Role of the links from a route stage to the stages that its rules lead to. */
export const ruleRole = "route rule";

function readRule(world: World, stage: Resource, said: unknown, index: number): Body {
  const at = `route_rules.${index}`;
  if (!isBody(said)) throw invalidArgument(at, "a rule", "format");
  const named = Object.entries(targets).filter(([field]) => typeof said[field] === "string");
  const [target] = named;
  if (target === undefined || named.length > 1)
    throw invalidArgument(at, `one of: ${Object.keys(targets).join(", ")}`);
  const [field, kind] = target;
  const next = world.require(kind, String(said[field]), "");
  if (next.parent !== stage.parent)
    throw invalidArgument(`${at}.${field}`, "the stage is of another pipeline");
  const match = isBody(said.rule_http_match) ? said.rule_http_match : {};
  return {
    route_stage_id: stage.id,
    position: index + 1,
    [field]: next.id,
    rule_http_match: { ...match, method_filters: match.method_filters ?? [] },
  };
}

function rulesOf(stage: Resource): Body[] {
  return (stage.hidden.rules as Body[] | undefined) ?? [];
}

/** Replaces the rules, in the order given; the stage bears their time (recorded). */
function setRules(world: World, { input }: Demand, stage: Resource): Answer {
  const said = input.route_rules ?? [];
  if (!Array.isArray(said)) throw invalidArgument("route_rules", "a list of rules", "format");
  const rules = said.map((rule, index) => readRule(world, stage, rule, index));
  stage.hidden.rules = rules;
  world.store.unlink(stage.id, ruleRole);
  for (const rule of rules)
    world.store.link(stage.id, ruleRole, String(rule.backend_stage_id ?? rule.waf_stage_id));
  world.keep(stage);
  return { status: 200, body: { route_rules: rules } };
}

function listRules(_world: World, _demand: Demand, stage: Resource): Answer {
  const rules = rulesOf(stage);
  return { status: 200, body: { route_rules: rules, total_count: rules.length } };
}

export const routeRules: readonly Action<Body, Body>[] = [
  { method: "PUT", path: "/route-rules", run: setRules },
  { method: "GET", path: "/route-rules", run: listRules },
];
