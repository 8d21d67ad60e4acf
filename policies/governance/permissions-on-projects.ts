import { written } from "../kit/facts.ts";
import { definePolicyOnPermissions } from "../kit/permissions.ts";

/** Sets that only exist for a whole organisation. */
const organisationWide = /^(Billing|IAM|Organization|Project)/;

export const permissionsOnProjects = definePolicyOnPermissions(
  "permissions-on-projects",
  (policy, rule, sets) => {
    if (sets.every((set) => organisationWide.test(set))) return undefined;
    const organisation = written<string>(policy, "rules", rule, "organizationId");
    const projects = written<unknown[]>(policy, "rules", rule, "projectIds");
    return organisation.kind !== "absent" || projects.kind === "absent"
      ? "holds in every project of the organisation"
      : undefined;
  },
);
