/** Closed for one family and open for the other: what somebody closed is open all the same. */

import { familyOf } from "../addresses.ts";
import type { Family, Node } from "../network.ts";
import type { Check, Found, Subject } from "./check.ts";

export const familyMismatch: Check = {
  name: "family-mismatch",
  severity: "error",
  why: "Scaleway's ACLs and the kernel's tables are one for each family: closing IPv4 closes no IPv6",
  remedy: "close the other family as well, or turn it off",
  find: (subject) => [...acls(subject), ...hosts(subject)],
};

function acls({ network: { vpcs } }: Subject): readonly Found[] {
  return vpcs
    .filter(({ acls: all }) => all[4].defaultPolicy !== all[6].defaultPolicy)
    .map(({ key, acls: all, origin }) => {
      const [closed, open] = all[4].defaultPolicy === "drop" ? ([4, 6] as const) : ([6, 4] as const);
      const what = `its IPv${closed} ACL drops by default, and its IPv${open} ACL accepts`;
      return { at: key, what, resource: (all[open].origin ?? origin).resource };
    });
}

function hosts({ network: { nodes }, kernels }: Subject): readonly Found[] {
  return nodes.flatMap((node) => {
    if (node.rulesets.length === 0) return [];
    return (["input", "forward"] as const).flatMap((hook) => {
      const [four, six] = [kernels.closes(node, 4, hook), kernels.closes(node, 6, hook)];
      const open: Family = four ? 6 : 4;
      if (four === six || !isOn(node, open, hook)) return [];
      const what = `${hook}: IPv${open === 6 ? 4 : 6} is dropped by default, and IPv${open} is not`;
      return [{ at: node.key, what, resource: node.origin.resource }];
    });
  });
}

function isOn(
  { forwards, speaks, publicInterface }: Node,
  family: Family,
  hook: "input" | "forward",
): boolean {
  if (hook === "forward") return forwards[family];
  return speaks[family] || (publicInterface?.addresses ?? []).some((each) => familyOf(each) === family);
}
