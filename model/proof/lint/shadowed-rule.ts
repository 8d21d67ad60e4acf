/** Rules that decide nothing because others before them do. */

import type { Compiled } from "../filters.ts";
import { compileAcl, compileGroup } from "../filters.ts";
import { families } from "../model.ts";
import { isSubset } from "../packets.ts";
import type { Check, Found, Subject } from "./check.ts";
import { decides, ruleName } from "./rule-use.ts";

export const shadowedRule: Check = {
  name: "shadowed-rule",
  severity: "warning",
  why: "a rule that earlier ones decide for is read by people as if it held",
  remedy: "remove it, or move it before the one that takes its packets",
  find: (subject) => [...kernelRules(subject), ...aclRules(subject), ...groupRules(subject)],
};

function kernelRules({ rules }: Subject): readonly Found[] {
  return rules.flatMap(({ node, rule, reference, decisions, shadowedBy }) => {
    if (rule === undefined || shadowedBy === undefined || decisions.length > 0 || !decides(rule)) return [];
    // Packets of no connection (invalid, untracked) are no packets of the model: what drops them has its use.
    if (isDropByState(rule.statements) || namesLoopback(rule.statements)) return [];
    const what = `${ruleName(reference)} decides nothing: ${ruleName(shadowedBy)} takes its packets`;
    return [{ at: node.key, what, resource: node.origin.resource }];
  });
}

function isDropByState(statements: readonly unknown[]): boolean {
  const text = JSON.stringify(statements);
  return text.includes('"ct"') && text.includes('"drop"');
}

/** The loopback is no interface of the model. */
export function namesLoopback(statements: readonly unknown[]): boolean {
  return JSON.stringify(statements).includes('"lo"');
}

function aclRules({ network: { vpcs }, model }: Subject): readonly Found[] {
  return vpcs.flatMap(({ key, acls, origin }) =>
    families.flatMap((family) =>
      shadowedOf(compileAcl(acls[family], model.views[family].space)).map((index) => ({
        at: key,
        what: `rule ${index} of its IPv${family} ACL decides nothing: rules before it take its packets`,
        resource: (acls[family].origin ?? origin).resource,
      })),
    ),
  );
}

function groupRules({ network: { nodes }, model }: Subject): readonly Found[] {
  return nodes.flatMap(({ key, publicInterface }) => {
    const group = publicInterface?.securityGroup;
    if (group === undefined) return [];
    return (["inbound", "outbound"] as const).flatMap((direction) => {
      const remote = direction === "inbound" ? "source" : "destination";
      const [four, six] = families.map((family) =>
        compileGroup(group[direction], remote, model.views[family].space),
      );
      // One list for both families: a rule has its use when it has one in either.
      const shadowed = shadowedOf(four as Compiled).filter((index) =>
        shadowedOf(six as Compiled, true).includes(index),
      );
      return shadowed.map((index) => ({
        at: key,
        what: `rule ${index} of its security group, ${direction}, decides nothing: rules before it take its packets`,
        resource: group.origin.resource,
      }));
    });
  });
}

/** Indexes of rules whose packets are all taken before; those of the other family have none, which is not told here. */
function shadowedOf({ rules }: Compiled, orEmpty = false): readonly number[] {
  return rules.flatMap(({ packets }, index) => {
    if (packets.length === 0) return orEmpty ? [index] : [];
    const before = rules.slice(0, index).flatMap((each) => each.packets);
    return isSubset(packets, before) ? [index] : [];
  });
}
