import { written, wrong } from "../kit/facts.ts";
import { definePolicyOnEach } from "../kit/policy.ts";
import { zonalTypes } from "../kit/types.ts";

export const explicitZone = definePolicyOnEach("explicit-zone", zonalTypes, (resource) =>
  wrong(written<string>(resource, "zone"), "zone", (zone) => zone !== ""),
);
