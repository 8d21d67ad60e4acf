/** Rules that no packet of the network meets: of chains that nothing leads to, of interfaces that are not there, for addresses of nobody. */
import type { AddressSpace } from "../addresses.ts";
import type { Intervals } from "../intervals.ts";
import { isEmpty, meets, subtract, unite } from "../intervals.ts";
import type { Family, Network } from "../network.ts";
import { ownAddresses } from "../routes.ts";
import type { Check, Found, Subject } from "./check.ts";
import { decides, ruleName } from "./rule-use.ts";
import { namesLoopback } from "./shadowed-rule.ts";

export const unreachableRule: Check = {
  name: "unreachable-rule",
  severity: "warning",
  why: "a rule for what is not there opens for whatever comes there next, and nobody will look at it again",
  remedy: "remove it with what it was for: the declaration, the server, the leg",
  find: (subject) => [...kernelRules(subject), ...aclRules(subject)],
};

function kernelRules({ rules, network, model }: Subject): readonly Found[] {
  const spaces = { 4: model.views[4].space, 6: model.views[6].space };
  const known = { 4: peopled(network, spaces[4]), 6: peopled(network, spaces[6]) };
  const isForNobody = ({
    family,
    box,
  }: {
    family: Family;
    box: { source: Intervals; destination: Intervals };
  }): boolean => !meets(box.source, known[family]) || !meets(box.destination, known[family]);
  return rules.flatMap(({ node, rule, reference, decisions, shadowedBy }): readonly Found[] => {
    if (rule === undefined || !decides(rule) || namesLoopback(rule.statements)) return [];
    const at = { at: node.key, resource: node.origin.resource };
    if (decisions.length === 0 && shadowedBy === undefined)
      return [{ ...at, what: `${ruleName(reference)} matches no packet by any of its interfaces` }];
    const accepts = decisions.length > 0 && decisions.every(({ passes }) => passes);
    if (!accepts || !decisions.every(isForNobody)) return [];
    return [{ ...at, what: `${ruleName(reference)} is for addresses that nobody has` }];
  });
}

function aclRules({ network: { vpcs }, model }: Subject): readonly Found[] {
  return vpcs.flatMap(({ key, acls, origin }) =>
    ([4, 6] as const).flatMap((family) =>
      acls[family].rules.flatMap(({ source, destination }, index) => {
        const { space } = model.views[family];
        if (![source, destination].some((each) => isEmpty(space.of(each)))) return [];
        const what = `rule ${index} of its IPv${family} ACL names addresses of the other family: it matches nothing`;
        return [{ at: key, what, resource: (acls[family].origin ?? origin).resource }];
      }),
    ),
  );
}

/** Addresses that somebody has, or may have outside the private networks: a tunnel's far side, multicast, the internet. */
function peopled({ nodes, privateNetworks }: Network, space: AddressSpace): Intervals {
  const inside = unite(...privateNetworks.flatMap(({ prefixes }) => prefixes.map((each) => space.of(each))));
  const held = nodes.flatMap((node) => ownAddresses(node).map((each) => space.of(each)));
  return unite(subtract(space.all, inside), ...held);
}
