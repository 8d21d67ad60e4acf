/** Quotas: what the estate needs, what Scaleway gives by default, what it granted. */
import type { Plan, QuotaRow } from "../../model/plan/index.ts";
import { count, plural } from "./format.ts";
import { type Markup, markup } from "./markup.ts";

export function quotas(plan: Plan): Markup {
  const asked = plan.quotas.filter(({ verdict }) => verdict !== "within default");
  const given = plan.quotas.filter(({ verdict }) => verdict === "within default");
  const missing = asked.filter(({ verdict }) => verdict === "missing").length;
  return markup`<section id="quotas" aria-labelledby="quotas-title">
<h2 id="quotas-title">Quotas</h2>
<p>${plural(asked.length - missing, "quota")} that Scaleway granted on request, ${count(missing)} to ask for still, ${count(given.length)} within what it gives by default.</p>
${asked.length === 0 ? undefined : table("Quotas granted, or to ask for", asked)}
${given.length === 0 ? undefined : markup`<details><summary>${plural(given.length, "quota")} within the default</summary>${table("Quotas within the default", given)}</details>`}
</section>`;
}

function table(caption: string, rows: readonly QuotaRow[]): Markup {
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="rows"><caption>${caption}</caption>
<thead><tr><th scope="col">Quota</th><th scope="col">Of each</th><th scope="col" class="number">Needed</th><th scope="col" class="number">Default</th><th scope="col" class="number">Granted</th><th scope="col">Verdict</th></tr></thead>
<tbody>${rows.map(
    ({ quota, scope, needed, default: usual, granted, verdict }) =>
      markup`<tr><th scope="row" class="code">${quota}</th><td>${scope}</td><td class="number">${count(needed)}</td><td class="number">${optional(usual)}</td><td class="number">${optional(granted)}</td><td><span class="state ${verdict === "missing" ? "bad" : "good"}">${verdict}</span></td></tr>
`,
  )}</tbody></table></div>`;
}

function optional(value: number | undefined): string {
  return value === undefined ? "–" : count(value);
}
