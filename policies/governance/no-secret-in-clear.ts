import { definePolicy } from "../kit/policy.ts";
import { secretIn } from "../kit/secrets.ts";
import { stackType } from "../kit/types.ts";

export const noSecretInClear = definePolicy("no-secret-in-clear", ({ resources }, report) => {
  const concerned = resources.filter(({ type }) => type !== stackType);
  for (const resource of concerned) {
    const why = secretIn(resource);
    if (why !== undefined) report(`${resource.name}: ${why}`, resource);
  }
  return concerned.length === 0 ? { notApplicable: "the program has no resource" } : undefined;
});
