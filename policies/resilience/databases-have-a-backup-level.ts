import { definePolicyOfEstate, elsewhere, subjectIn } from "../kit/policy.ts";
import { judgesWholeEstate } from "../kit/program.ts";

const databases = ["postgresql", "mariadb"];

export const databasesHaveABackupLevel = definePolicyOfEstate(
  "databases-have-a-backup-level",
  (estate, program, report) => {
    if (!judgesWholeEstate(program)) return elsewhere;
    const data = estate.applications
      .flatMap((application) => application.data)
      .filter(({ kind }) => databases.includes(kind));
    for (const { name, backup } of data) {
      if (backup === undefined) report(`${name}: no backup level`, subjectIn(estate, "data", name));
    }
    return data.length === 0 ? { notApplicable: "the estate has no database" } : undefined;
  },
);
