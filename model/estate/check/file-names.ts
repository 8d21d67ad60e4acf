/** A file is named after what it declares, so that a name in a reference is a file to open. */
import type { Check } from "../draft.ts";

export const checkFileNames: Check = (draft, report) => {
  for (const { file, value } of draft.applications) {
    const expected = `applications/${value.application}.yaml`;
    if (file !== expected)
      report("FILE-003", file, ["application"], {
        got: value.application,
        allowed: `${expected} for this application`,
      });
  }
  for (const { file, value } of draft.hypervisors) {
    const expected = `hypervisors/${value.hypervisors}.yaml`;
    if (file !== expected)
      report("FILE-003", file, ["hypervisors"], {
        got: value.hypervisors,
        allowed: `${expected} for these hypervisors`,
      });
  }
};
