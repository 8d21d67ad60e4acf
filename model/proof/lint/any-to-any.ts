/** Filters that let everything through. */
import { families } from "../model.ts";
import type { Acl, Family } from "../network.ts";
import { boxCovers } from "../packets.ts";
import type { Check, Found, Subject } from "./check.ts";
import { ruleName } from "./rule-use.ts";

export const anyToAny: Check = {
  name: "any-to-any",
  severity: "error",
  why: "what accepts everything decides nothing, and everything undeclared with it",
  remedy: "close it, and declare the flows that are needed",
  find: (subject) => [...acls(subject), ...groups(subject), ...kernels(subject), ...unfiltered(subject)],
};

function acls({ network: { vpcs } }: Subject): readonly Found[] {
  return vpcs.flatMap(({ key, acls: all, origin }) =>
    families.flatMap((family) => {
      const acl = all[family];
      const resource = (acl.origin ?? origin).resource;
      const policy = acl.origin === undefined ? "is not there, and" : "by default";
      const defaults =
        acl.defaultPolicy === "accept"
          ? [{ at: key, what: `its IPv${family} ACL ${policy} accepts everything`, resource }]
          : [];
      return [
        ...defaults,
        ...openRules(acl, family).map((index) => ({
          at: key,
          what: `rule ${index} of its IPv${family} ACL accepts everything`,
          resource,
        })),
      ];
    }),
  );
}

const everywhere: Readonly<Record<Family, string>> = { 4: "0.0.0.0/0", 6: "::/0" };

function openRules({ rules }: Acl, family: Family): readonly number[] {
  return rules.flatMap(({ action, protocol, source, destination, destinationPorts: [low, high] }, index) => {
    const any = [source, destination].every((each) => each === everywhere[family]);
    return action === "accept" && protocol === "any" && any && low === 0 && high === 65_535 ? [index] : [];
  });
}

function groups({ network: { nodes } }: Subject): readonly Found[] {
  return nodes.flatMap(({ key, publicInterface }) => {
    const group = publicInterface?.securityGroup;
    if (group === undefined) return [];
    const { rules, defaultPolicy } = group.inbound;
    const open = rules.some(
      ({ action, protocol, remote, ports: [low, high] }) =>
        action === "accept" &&
        protocol === "any" &&
        low === 0 &&
        high === 65_535 &&
        Object.values(everywhere).includes(remote),
    );
    const what = "its security group accepts everything from the internet";
    return open || defaultPolicy === "accept" ? [{ at: key, what, resource: group.origin.resource }] : [];
  });
}

/** New connections to a machine or through it, whatever their addresses and ports. */
function kernels({ rules, model }: Subject): readonly Found[] {
  return rules.flatMap(({ node, reference, decisions }) => {
    const open = decisions.find(
      ({ passes, state, hook, incoming, box, family }) =>
        passes &&
        state === "new" &&
        incoming !== "lo" &&
        (hook === "forward" || hook === "input") &&
        boxCovers(box, model.views[family].space.everything),
    );
    if (open === undefined) return [];
    const { hook, family, incoming, outgoing } = open;
    const between = [incoming, outgoing].filter((each) => each !== undefined).join(" to ");
    const what = `${ruleName(reference)} accepts everything new, IPv${family}, ${hook === "input" ? "to itself by" : "from"} ${between}`;
    return [{ at: node.key, what, resource: node.origin.resource }];
  });
}

function unfiltered({ network: { nodes, undetermined } }: Subject): readonly Found[] {
  const unknown = new Set(undetermined.map(({ scope }) => scope));
  return nodes
    .filter(
      ({ kind, rulesets, key }) =>
        (kind === "bare-metal" || kind === "instance") && rulesets.length === 0 && !unknown.has(key),
    )
    .map(({ key, origin }) => ({ at: key, what: "it loads no rules at all", resource: origin.resource }));
}
