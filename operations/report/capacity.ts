/** What is left for users when either zone is lost. */
import { type ZoneKey, zoneKeys } from "../../model/estate/index.ts";
import type { CapacityRow, Plan } from "../../model/plan/index.ts";
import { bar } from "./bar.ts";
import { count, plural, times } from "./format.ts";
import { type Markup, markup } from "./markup.ts";

/** The row of the whole estate, as the planner names it. */
const EVERYTHING = "(all)";

type ByZone = Readonly<Partial<Record<ZoneKey, CapacityRow>>>;

export function capacity(plan: Plan): Markup {
  const applications = rowsByApplication(
    plan.capacity.filter(({ application }) => application !== EVERYTHING),
  );
  const short = plan.capacity.filter(({ verdict }) => verdict === "falls short").length;
  const verdict =
    short === 0
      ? "Either zone alone carries the declared peak times the growth, for every application."
      : `${plural(short, "case")} in which what is left falls short.`;
  return markup`<section id="capacity" aria-labelledby="capacity-title">
<h2 id="capacity-title">Capacity after losing a zone</h2>
<p class="verdict"><strong>${verdict}</strong></p>
<div class="scroll" role="region" aria-label="Capacity of the estate" tabindex="0"><table class="rows totals"><caption>The whole estate, in users</caption>
<thead><tr><th scope="col">Lost</th><th scope="col">Needed / left</th><th scope="col" class="number">Left over need</th><th scope="col">Verdict</th></tr></thead>
<tbody>${plan.capacity
    .filter(({ application }) => application === EVERYTHING)
    .map(
      (row) =>
        markup`<tr><th scope="row">${row.lost}</th><td>${bar(row.needed, row.left, "users")}</td><td class="number">${times(row.left, row.needed)}</td><td>${state(row)}</td></tr>
`,
    )}</tbody></table></div>
<details><summary>By application (${count(applications.length)})</summary><div class="scroll" role="region" aria-label="Capacity by application" tabindex="0"><table class="rows"><caption>Users carried when a zone is lost</caption>
<thead><tr><th scope="col">Application</th><th scope="col" class="number">Needed</th>${zoneKeys.map((key) => markup`<th scope="col" class="number">Left without ${key}</th>`)}<th scope="col">Verdict</th></tr></thead>
<tbody>${applications.map(([application, byZone]) => applicationRow(application, byZone))}</tbody></table></div></details>
</section>`;
}

function rowsByApplication(rows: readonly CapacityRow[]): readonly (readonly [string, ByZone])[] {
  const applications = [...new Set(rows.map(({ application }) => application))];
  return applications.map((application) => [
    application,
    Object.fromEntries(rows.filter((row) => row.application === application).map((row) => [row.lost, row])),
  ]);
}

function applicationRow(application: string, byZone: ByZone): Markup {
  const rows = zoneKeys.flatMap((key) => byZone[key] ?? []);
  const worst = rows.find(({ verdict }) => verdict === "falls short") ?? rows[0];
  return markup`<tr><th scope="row">${application}</th><td class="number">${count(Math.max(...rows.map(({ needed }) => needed)))}</td>${zoneKeys.map((key) => markup`<td class="number">${byZone[key] === undefined ? "–" : count(byZone[key].left)}</td>`)}<td>${worst === undefined ? undefined : state(worst)}</td></tr>
`;
}

function state({ verdict }: CapacityRow): Markup {
  return markup`<span class="state ${verdict === "holds" ? "good" : "bad"}">${verdict}</span>`;
}
