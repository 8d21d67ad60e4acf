import { definePolicyOfEstate, elsewhere, subjectIn } from "../kit/policy.ts";
import { judgesWholeEstate } from "../kit/program.ts";

const leastDays = 7;

export const backupLevelsLocked = definePolicyOfEstate("backup-levels-locked", (estate, program, report) => {
  if (!judgesWholeEstate(program)) return elsewhere;
  const { backupLevels } = estate;
  for (const { name, locked, keepDays } of backupLevels) {
    const subject = subjectIn(estate, "backup", name);
    if (locked !== "locked") report(`${name}: whoever holds the keys can erase its copies`, subject);
    if (keepDays < leastDays) report(`${name}: copies kept ${keepDays} days, ${leastDays} at least`, subject);
  }
  return backupLevels.length === 0 ? { notApplicable: "the estate has no backup level" } : undefined;
});
