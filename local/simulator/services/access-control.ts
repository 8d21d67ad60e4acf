import ipaddr from "ipaddr.js";
import { type ArgumentProblem, invalidArgument, invalidArguments, quotaExceeded } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import type { Body } from "../store/store.ts";
import { isIpv6 } from "./subnets.ts";

/** The access control list of a VPC, for one family. */
export interface AccessControlList {
  readonly default_policy: "accept" | "drop";
  readonly rules: readonly Body[];
}

/** What a VPC has until somebody says otherwise: everything passes. */
export const openList: AccessControlList = { default_policy: "accept", rules: [] };

const ports = ["src_port_low", "src_port_high", "dst_port_low", "dst_port_high"] as const;

/** The API marks rules that customers made; those that Scaleway's own services add bear another scope. */
const scope = "(Rule scope: client) ";

function readRule(rule: unknown, index: number, family: "ipv4" | "ipv6", problems: ArgumentProblem[]): Body {
  const name = `rules[${index}]`;
  const add = (field: string, help: string) =>
    problems.push({ argument_name: `${name}.${field}`, reason: "constraint", help_message: help });
  if (!isBody(rule)) {
    add("", "not an object");
    return {};
  }
  if (!["ANY", "TCP", "UDP", "ICMP"].includes(rule.protocol as string))
    add("protocol", "ANY, TCP, UDP or ICMP");
  if (rule.action !== "accept" && rule.action !== "drop") add("action", "accept or drop");
  for (const field of ["source", "destination"]) {
    const cidr = rule[field];
    if (typeof cidr !== "string" || !ipaddr.isValidCIDR(cidr) || isIpv6(cidr) !== (family === "ipv6")) {
      add(field, `an ${family} CIDR`);
    }
  }
  for (const field of ports) {
    const port = rule[field] ?? 0;
    if (!Number.isInteger(port) || (port as number) < 0 || (port as number) > 65_535)
      add(field, "0 to 65535");
  }
  const description = typeof rule.description === "string" ? rule.description : "";
  return {
    action: rule.action,
    description: description.startsWith("(Rule scope: ") ? description : `${scope}${description}`,
    destination: rule.destination,
    dst_port_high: rule.dst_port_high ?? 0,
    dst_port_low: rule.dst_port_low ?? 0,
    protocol: rule.protocol,
    source: rule.source,
    src_port_high: rule.src_port_high ?? 0,
    src_port_low: rule.src_port_low ?? 0,
  };
}

/** Reads the whole list that replaces another. @throws 400 with every wrong rule, 403 above the quota */
export function readList(input: Body, family: "ipv4" | "ipv6", quota: number): AccessControlList {
  const policy = input.default_policy;
  if (policy !== "accept" && policy !== "drop") throw invalidArgument("default_policy", "accept or drop");
  const asked = Array.isArray(input.rules) ? input.rules : [];
  if (asked.length > quota) throw quotaExceeded("vpc_acl_rule", quota, asked.length);
  const problems: ArgumentProblem[] = [];
  const rules = asked.map((rule, index) => readRule(rule, index, family, problems));
  if (problems.length > 0) throw invalidArguments(problems);
  return { default_policy: policy, rules };
}
