import { declaredFlows } from "../kit/flows.ts";
import { definePolicyOfEstate, elsewhere, subjectIn } from "../kit/policy.ts";
import { judgesWholeEstate } from "../kit/program.ts";

export const siteFlowsExpire = definePolicyOfEstate("site-flows-expire", (estate, program, report) => {
  if (!judgesWholeEstate(program)) return elsewhere;
  const sites = new Set(estate.sites.map(({ name }) => name));
  const joined = declaredFlows(estate).filter(({ ends }) => ends.some((end) => sites.has(end)));
  for (const { name, flow } of joined) {
    if (flow.expires === undefined)
      report(`${name}: open to another place without an end`, subjectIn(estate, "flow", name));
  }
  return joined.length === 0 ? { notApplicable: "no flow of the estate leads from or to a site" } : undefined;
});
