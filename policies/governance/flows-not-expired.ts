import { declaredFlows } from "../kit/flows.ts";
import { definePolicyOfEstate, elsewhere, subjectIn } from "../kit/policy.ts";
import { judgesWholeEstate } from "../kit/program.ts";

export const flowsNotExpired = definePolicyOfEstate("flows-not-expired", (estate, program, report) => {
  if (!judgesWholeEstate(program)) return elsewhere;
  const dated = declaredFlows(estate).filter(({ flow }) => flow.expires !== undefined);
  for (const { name, flow } of dated) {
    if (flow.expires !== undefined && flow.expires < program.today)
      report(`${name}: expired on ${flow.expires}`, subjectIn(estate, "flow", name));
  }
  return dated.length === 0 ? { notApplicable: "no flow of the estate ends on a day" } : undefined;
});
