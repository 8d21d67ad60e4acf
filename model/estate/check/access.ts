/** Access: people and sites come in through the access pair, people reach what is exposed to the VPN, and what is exposed to it has people. */
import type { Check } from "../draft.ts";
import { registerOf } from "./register.ts";

export const checkAccess: Check = (draft, report) => {
  const { file, value } = draft.access;
  const { applications } = registerOf(draft);
  if (draft.platform.value.firewalls.access === undefined) {
    // Without the pair nothing is for the VPN: what else is missing for it is no second mistake.
    for (const [index, { name }] of draft.sites.value.sites.entries())
      report("ACCESS-003", draft.sites.file, ["sites", index], { got: name });
    if (value.groups.length > 0)
      report("ACCESS-001", file, ["groups"], { got: "groups, without firewalls.access" }, "key");
    return;
  }
  for (const [index, group] of value.groups.entries()) {
    const seen = new Set<string>();
    for (const [at, name] of group.applications.entries()) {
      const path = ["groups", index, "applications", at];
      if (seen.has(name))
        report("NAME-001", file, path, { got: name, allowed: "an application once in a group" });
      seen.add(name);
      const application = applications.get(name)?.value;
      if (application !== undefined && !application.services.some(({ exposure }) => exposure === "vpn"))
        report("ACCESS-002", file, path, { got: name });
    }
  }
  if (draft.unread.size > 0) return;
  const reachable = new Set(value.groups.flatMap((group) => group.applications));
  for (const entity of draft.applications) {
    for (const [index, service] of entity.value.services.entries()) {
      if (service.exposure === "vpn" && !reachable.has(entity.value.application)) {
        report("UNUSED-006", entity.file, ["services", index, "exposure"], {
          got: `${service.name}: vpn, and no group has ${entity.value.application}`,
        });
      }
    }
  }
};
