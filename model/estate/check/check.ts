/** All checks between entities, one family a file. */
import type { Check, Draft, Report } from "../draft.ts";
import type { Path, Position, Problem } from "../problems.ts";
import { problemOf } from "../problems.ts";
import { checkAccess } from "./access.ts";
import { checkAddresses } from "./addresses.ts";
import { checkData } from "./data.ts";
import { checkExposure } from "./exposure.ts";
import { checkFileNames } from "./file-names.ts";
import { checkFlows } from "./flows.ts";
import { checkHypervisors } from "./hypervisors.ts";
import { checkNames } from "./names.ts";
import { checkOffers } from "./offers.ts";
import { checkQuotas } from "./quotas.ts";
import { checkRecovery } from "./recovery.ts";
import { checkReferences } from "./references.ts";
import { checkUnused } from "./unused.ts";
import { checkZones } from "./zones.ts";

const families: readonly Check[] = [
  checkFileNames,
  checkNames,
  checkReferences,
  checkUnused,
  checkFlows,
  checkExposure,
  checkAccess,
  checkZones,
  checkOffers,
  checkHypervisors,
  checkRecovery,
  checkData,
  checkAddresses,
  checkQuotas,
];

/** Everything wrong between the entities of a draft. `locate` gives the place of a path in a file. */
export function checkEstate(
  draft: Draft,
  locate: (file: string, path: Path, on: "key" | "value") => Position,
): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (code, file, path, finding, on = "value") => {
    problems.push(problemOf(code, locate(file, path, on), path, finding));
  };
  for (const check of families) check(draft, report);
  return problems;
}
