/** What is said of policies is what the tests try; run with `-u` after a change to write both files anew. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { policyRows } from "../../operations/commands/policies.ts";
import { controlsPage } from "../../policies/catalogue/controls-table.ts";
import { catalogue, controls, policyNames } from "../../policies/catalogue/index.ts";
import { allPolicies } from "./all-policies.ts";
import { countOf } from "./cases/cases.ts";
import { casesByPolicy } from "./cases/index.ts";
import { program } from "./pieces.ts";
import { judge, laidOf, shownToPolicies } from "./resources.ts";

const root = join(import.meta.dirname, "../..");

async function forAnyone(): Promise<number> {
  const resources = shownToPolicies(laidOf(program().sketches));
  const verdicts = await Promise.all(allPolicies.map((policy) => judge(policy, resources)));
  return verdicts.filter(({ notApplicable }) => notApplicable !== "the program names no estate").length;
}

it("counts the cases of every policy as they are", async () => {
  const counts = policyNames.map((name) => `  ${JSON.stringify(name)}: ${countOf(casesByPolicy[name])},`);
  await expect(
    `/** Number of small programs that each policy is tried on; generated, and kept fresh by a test. */
import type { PolicyName } from "./index.ts";

export const cases: Readonly<Record<PolicyName, number>> = {
${counts.join("\n")}
};
`,
  ).toMatchFileSnapshot(join(root, "policies/catalogue/cases.ts"));
});

it("keeps docs/controls.md fresh, and never takes evidence for more", async () => {
  const page = controlsPage(await forAnyone());
  await expect(page).toMatchFileSnapshot(join(root, "docs/controls.md"));
  expect(page.toLowerCase()).not.toContain("compliant");
});

it("refers to points that are in the table alone", () => {
  const named = policyNames.flatMap((name) => Object.keys(catalogue[name].controls));
  expect(named.filter((id) => !Object.hasOwn(controls, id))).toEqual([]);
});

it("lists every policy with a pack, a severity, cases and mutants", () => {
  const rows = policyRows();
  expect(rows.map(({ name }) => name)).toEqual([...policyNames]);
  expect(rows.filter(({ mutants, cases }) => mutants < 1 || cases < 4)).toEqual([]);
});
