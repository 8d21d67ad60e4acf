import { written } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { bareMetalType, databaseType, mongoType, redisType } from "../kit/types.ts";

const passwords = ["password", "servicePassword"];

/** A password that is not known yet would be kept as well. */
export const passwordWriteOnly = definePolicyOnEach(
  "password-write-only",
  [databaseType, "scaleway:databases/user:User", mongoType, redisType, bareMetalType],
  (resource) => {
    const kept = passwords.find((property) => written(resource, property).kind !== "absent");
    return kept === undefined ? undefined : `its state keeps ${kept}; ${kept}Wo is written and never kept`;
  },
);
