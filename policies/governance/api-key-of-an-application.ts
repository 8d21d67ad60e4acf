import { written } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { apiKeyType } from "../kit/types.ts";

/** Which user's it is may not be known yet: that it is a person's is enough. */
export const apiKeyOfAnApplication = definePolicyOnEach("api-key-of-an-application", [apiKeyType], (key) =>
  written(key, "userId").kind === "absent" ? undefined : "holds all that a person may do",
);
