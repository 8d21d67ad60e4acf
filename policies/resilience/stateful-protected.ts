import type { Estate } from "../../model/estate/index.ts";
import { outputOf } from "../kit/estate.ts";
import { ofType, tagOf } from "../kit/facts.ts";
import { nothingIfEmpty } from "../kit/joins.ts";
import { definePolicy } from "../kit/policy.ts";
import {
  blockVolumeType,
  bucketType,
  databaseType,
  instanceVolumeType,
  mongoType,
  serverTypes,
} from "../kit/types.ts";

const statefulTypes = [blockVolumeType, bucketType, databaseType, instanceVolumeType, mongoType] as const;

/** Workloads whose servers hold data. */
function holders(estate: Estate | undefined): ReadonlySet<string> {
  const data = estate?.applications.flatMap((application) => application.data) ?? [];
  return new Set(data.flatMap(({ workload }) => workload ?? []));
}

export const statefulProtected = definePolicy("stateful-protected", ({ resources, estate }, report) => {
  if (estate !== undefined && outputOf<string>(resources, "protection") === "off")
    return { notApplicable: "the stack's protection is off: it is meant to be thrown away" };
  const holding = holders(estate);
  const stateful = [
    ...ofType(resources, ...statefulTypes),
    ...ofType(resources, ...serverTypes).filter((server) => holding.has(tagOf(server, "workload") ?? "")),
  ];
  for (const resource of stateful) {
    if (!resource.opts.protect)
      report(`${resource.name}: holds data, and nothing refuses its deletion`, resource);
  }
  return nothingIfEmpty(stateful, ...statefulTypes, ...serverTypes);
});
