/** Quotas: names of the catalogue. Whether they are enough is the plan's to say, once it knows what is needed. */
import { isQuota, quotaNames } from "../catalogue.ts";
import type { Check } from "../draft.ts";
import { didYouMean } from "../suggest.ts";

export const checkQuotas: Check = (draft, report) => {
  const { file, value } = draft.organisation;
  for (const name of Object.keys(value.quotas)) {
    if (isQuota(name)) continue;
    report(
      "QUOTA-001",
      file,
      ["quotas", name],
      {
        got: name,
        hint: didYouMean(
          name,
          quotaNames,
          "write bareMetal/<offer>, instances/<type> or another quota of the catalogue",
        ),
      },
      "key",
    );
  }
};
