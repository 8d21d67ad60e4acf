import { definePolicyOnPermissions } from "../kit/permissions.ts";

/** Sets that give everything, or the means to give oneself everything. */
const powerful = ["AllProductsFullAccess", "IAMManager", "OrganizationManager", "ProjectManager"];

export const noPowerfulPermissionSet = definePolicyOnPermissions(
  "no-powerful-permission-set",
  (_, __, sets) => {
    const given = sets.filter((set) => powerful.includes(set));
    return given.length === 0 ? undefined : `gives ${given.join(", ")}`;
  },
);
