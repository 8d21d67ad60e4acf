/** The report: one page that needs nothing else, from the plan and the last drill. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plan } from "../../model/plan/index.ts";
import type { DrillEvidence } from "../disaster/drill.ts";
import { capacity } from "./capacity.ts";
import { cost } from "./cost.ts";
import { wholePage } from "./document.ts";
import { drill } from "./drill.ts";
import { firewalls } from "./firewalls.ts";
import { flows } from "./flows.ts";
import { markup } from "./markup.ts";
import { networks } from "./networks.ts";
import { overview } from "./overview.ts";
import { quotas } from "./quotas.ts";
import { zones } from "./zones.ts";

const read = (file: string): string => readFileSync(join(import.meta.dirname, file), "utf8");
const style = ["tokens", "page", "overview", "tables", "matrix", "flows", "print"]
  .map((part) => read(`style/${part}.css`))
  .join("");
const script = read("page.js");

const sections = [
  ["overview", "Figures"],
  ["zones", "Zones"],
  ["networks", "Networks"],
  ["firewalls", "Firewalls"],
  ["flows", "Flows"],
  ["capacity", "Capacity"],
  ["quotas", "Quotas"],
  ["cost", "Cost"],
  ["drill", "Drill"],
] as const;

/** The page as a whole document: the same bytes for the same plan and evidence. */
export function reportPage(plan: Plan, evidence?: DrillEvidence): string {
  const body = markup`<a class="skip" href="#overview">To the figures</a>
<header class="top"><p class="kicker">Archipel report</p>
<h1>${plan.estate}</h1>
<p class="lead">Two zones of ${plan.region}, ${plan.zones["par-1"]} and ${plan.zones["par-2"]}, with a witness in ${plan.witness.zone}. Published under ${plan.domain}. Every application an island; every island on two shores.</p></header>
<nav aria-label="Sections"><ul>${sections.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>
${overview(plan)}
${zones(plan)}
${networks(plan)}
${firewalls(plan)}
${flows(plan)}
${capacity(plan)}
${quotas(plan)}
${cost(plan)}
${drill(plan, evidence)}
</main>
<footer><p>Made from the reviewed estate by <code>npx archipel report ${plan.estate}</code>: what is planned, not what is deployed. The same estate makes the same page.</p></footer>`;
  return wholePage({ title: `${plan.estate} · Archipel report`, style, scripts: [script], body });
}
