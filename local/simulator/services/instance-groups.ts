import { randomUUID } from "node:crypto";
import ipaddr from "ipaddr.js";
import { instances } from "../core/dialects.ts";
import {
  type ArgumentProblem,
  conflict,
  invalidArgument,
  invalidArguments,
  notFound,
  quotaExceeded,
} from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import { type Answer, type Demand, defineKind } from "../core/kind.ts";
import { pageOf } from "../core/pages.ts";
import { demand, type World } from "../core/world.ts";
import type { Body, Resource } from "../store/store.ts";

export interface SecurityGroupBody {
  id: string;
  name: string;
  stateful: boolean;
  inbound_default_policy: "accept" | "drop";
  outbound_default_policy: "accept" | "drop";
  enable_default_security: boolean;
}

export interface GroupRule {
  readonly id: string;
  readonly protocol: "TCP" | "UDP" | "ICMP" | "ANY";
  readonly direction: "inbound" | "outbound";
  readonly action: "accept" | "drop";
  readonly ip_range: string;
  readonly dest_ip_range: null;
  readonly dest_port_from: number | null;
  readonly dest_port_to: number | null;
  readonly position: number;
  readonly editable: boolean;
  readonly zone: string;
}

interface GroupHidden {
  rules?: GroupRule[];
}

type Group = Resource<SecurityGroupBody, GroupHidden>;

/** The role of the link from an Instance to its security group. */
export const groupRole = "security group";

/** Mail ports that every group blocks until `enable_default_security` is off; they cannot be edited. */
function mailRules(zone: string): GroupRule[] {
  return ["0.0.0.0/0", "::/0"].flatMap((range, family) =>
    [25, 465, 587].map((port, index) => ({
      id: `11111111-2222-4333-8444-00000000000${family * 3 + index + 1}`,
      protocol: "TCP" as const,
      direction: "outbound" as const,
      ip_range: range,
      dest_ip_range: null,
      dest_port_from: port,
      dest_port_to: null,
      position: family * 3 + index + 1,
      editable: false,
      action: "drop" as const,
      zone,
    })),
  );
}

/** All rules of a group in order, those that cannot be edited first. */
export function rulesOf(group: Group): GroupRule[] {
  const fixed = group.body.enable_default_security ? mailRules(group.locality) : [];
  return [...fixed, ...(group.hidden.rules ?? [])];
}

/** A single address is answered without its prefix length. */
function rangeText(range: string): string {
  return range.replace(/^([0-9.]+)\/32$/, "$1").replace(/^([0-9a-f:]+)\/128$/i, "$1");
}

function readRule(
  rule: Body,
  index: number,
  position: number,
  zone: string,
  problems: ArgumentProblem[],
): GroupRule {
  const check = (field: string, passes: boolean, help: string) => {
    if (!passes)
      problems.push({ argument_name: `rules.${index}.${field}`, reason: "constraint", help_message: help });
  };
  const range = String(rule.ip_range ?? "");
  check("protocol", ["TCP", "UDP", "ICMP", "ANY"].includes(rule.protocol as string), "TCP, UDP, ICMP or ANY");
  check("direction", ["inbound", "outbound"].includes(rule.direction as string), "inbound or outbound");
  check("action", ["accept", "drop"].includes(rule.action as string), "accept or drop");
  check("ip_range", ipaddr.isValidCIDR(range) || ipaddr.isValid(range), "an address or a CIDR");
  const from =
    typeof rule.dest_port_from === "number" && rule.dest_port_from > 0 ? rule.dest_port_from : null;
  const to = typeof rule.dest_port_to === "number" && rule.dest_port_to > 0 ? rule.dest_port_to : null;
  check(
    "dest_port_to",
    to === null || (from !== null && to >= from && to <= 65_535),
    "not below dest_port_from",
  );
  return {
    id: randomUUID(),
    protocol: rule.protocol as GroupRule["protocol"],
    direction: rule.direction as GroupRule["direction"],
    ip_range: rangeText(range),
    dest_ip_range: null,
    dest_port_from: from,
    dest_port_to: to,
    position,
    editable: true,
    action: rule.action as GroupRule["action"],
    zone,
  };
}

function replaceRules(world: World, { input }: Demand, group: Group): Answer {
  if (!Array.isArray(input.rules)) throw invalidArgument("rules", "a list of rules", "required");
  const asked = input.rules.filter((rule) => isBody(rule) && rule.editable !== false) as Body[];
  const most = world.granted("securityRules");
  if (asked.length > most) throw quotaExceeded("security_rules", most, asked.length);
  const problems: ArgumentProblem[] = [];
  const positions = { inbound: 0, outbound: 0 };
  const rules = asked.map((rule, index) => {
    const direction = rule.direction === "outbound" ? "outbound" : "inbound";
    positions[direction] += 1;
    return readRule(rule, index, positions[direction], group.locality, problems);
  });
  if (problems.length > 0) throw invalidArguments(problems);
  group.hidden.rules = rules;
  world.keep(group);
  return { status: 200, body: { rules: rulesOf(group) } };
}

export const securityGroup = defineKind<SecurityGroupBody, GroupHidden>({
  name: "instance.security_group",
  dialect: instances,
  collection: "/instance/v1/zones/:zone/security_groups",
  calls: ["create", "list", "get", "patch", "delete"],
  listKey: "security_groups",
  wrapper: "security_group",
  localityFields: ["zone"],
  fields: {
    name: { type: "string" },
    description: { type: "string", initial: null },
    tags: { type: "strings" },
    stateful: { type: "boolean" },
    inbound_default_policy: { type: "string", initial: "accept", values: ["accept", "drop"] },
    outbound_default_policy: { type: "string", initial: "accept", values: ["accept", "drop"] },
    enable_default_security: { type: "boolean", initial: true },
    project_default: { type: "boolean" },
    organization_default: { type: "boolean" },
  },
  filters: { project_default: "project_default" },
  quotas: [{ quota: "securityGroups", within: "organization" }],
  missing: (id) => notFound("instance_security_group", id),
  removing: (world, group) => {
    if (world.store.sources(group.id, groupRole).length > 0)
      throw conflict("Group is in use. You cannot delete it.");
  },
  view: (world, group) => ({
    state: "available",
    servers: world.store
      .sources(group.id, groupRole)
      .map((id) => world.store.get(id))
      .filter((server) => server !== undefined)
      .map((server) => ({ id: server.id, name: server.name })),
  }),
  actions: [
    { method: "GET", path: "/rules", run: answerRules },
    { method: "PUT", path: "/rules", run: replaceRules },
  ],
});

function answerRules(_world: World, { query }: Demand, group: Group): Answer {
  const rules = rulesOf(group);
  const body = { rules: pageOf(rules, query, instances) };
  return { status: 200, body, headers: { "X-Total-Count": String(rules.length) } };
}

/** The group of servers that name none: one a project and zone, open, made when it is first needed. */
export function defaultGroup(world: World, project: string, zone: string): string {
  const known = world.store
    .list({ kind: "instance.security_group", locality: zone, project, name: "Default security group" })
    .find((group) => group.body.project_default === true);
  const input = { name: "Default security group", project, stateful: true, project_default: true };
  return (known ?? world.create("instance.security_group", demand(zone, input))).id;
}
