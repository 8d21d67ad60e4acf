import { isPolicyName } from "../catalogue/index.ts";
import { exemptionsOf } from "../kit/exemptions.ts";
import { definePolicy, elsewhere } from "../kit/policy.ts";
import { judgesWholeEstate } from "../kit/program.ts";

export const exemptionsValid = definePolicy("exemptions-valid", (program, report) => {
  if (!judgesWholeEstate(program)) return elsewhere;
  const { list, problem } = exemptionsOf(program);
  if (problem !== undefined) {
    report(`undetermined: ${problem}`);
    return undefined;
  }
  for (const { policy, urn, approver, expires } of list) {
    if (!isPolicyName(policy)) report(`${policy}: no policy has that name, so nothing is exempted`, urn);
    else if (expires < program.today)
      report(`${policy}: its exemption, approved by ${approver}, expired on ${expires}`, urn);
  }
  return list.length === 0 ? { notApplicable: "nothing is exempted" } : undefined;
});
