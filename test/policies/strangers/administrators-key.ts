/** A person's key without an end, and a policy that gives everything everywhere. */
import { ApiKey } from "@pulumiverse/scaleway/iam/apiKey.js";
import { Policy } from "@pulumiverse/scaleway/iam/policy.js";

export const caughtBy = [
  "api-key-expires",
  "api-key-of-an-application",
  "no-powerful-permission-set",
  "permissions-on-projects",
];

export function program(): void {
  new ApiKey("ci", { userId: "11111111-1111-1111-1111-111111111111" });
  new Policy("admin", {
    name: "admin",
    userId: "11111111-1111-1111-1111-111111111111",
    rules: [
      {
        organizationId: "22222222-2222-2222-2222-222222222222",
        permissionSetNames: ["AllProductsFullAccess"],
      },
    ],
  });
}
