/** The last rehearsed loss of a zone, or the command that makes one. */
import type { Plan } from "../../model/plan/index.ts";
import type { DrillEvidence } from "../disaster/drill.ts";
import { count, decimal, plural } from "./format.ts";
import { type Markup, markup } from "./markup.ts";

export function drill(plan: Plan, evidence: DrillEvidence | undefined): Markup {
  return markup`<section id="drill" aria-labelledby="drill-title">
<h2 id="drill-title">Last drill</h2>
${evidence === undefined ? none(plan) : rehearsed(evidence)}
</section>`;
}

function none(plan: Plan): Markup {
  return markup`<p>No drill of this estate has left evidence here yet. This makes one, on the simulated Scaleway:</p>
<pre><code>npx archipel drill ${plan.estate} --lose ${plan.activeZone}</code></pre>`;
}

function rehearsed(evidence: DrillEvidence): Markup {
  const { lost, survivor, verdict, recoverySeconds, calls, applications } = evidence;
  const met = applications.filter((each) => each.verdict === "met").length;
  return markup`<p class="verdict"><span class="state ${verdict === "passed" ? "good" : "bad"}">${verdict}</span> <strong>${lost} lost, ${survivor} took over in ${decimal(recoverySeconds)} s</strong>, from the loss to the verified switch. Started <time>${evidence.startedAt}</time>.</p>
<ul><li>${plural(calls.all, "call")} while ${lost} was lost, ${count(calls.toLostZone.length)} of them to it.</li>
<li>${plural(evidence.switchUpdates, "resource")} updated by the switch, ${count(evidence.backUpdates)} on the way back.</li>
<li>${count(met)} of ${plural(applications.length, "application")} within the declared recovery time.</li></ul>
${calls.toLostZone.length === 0 ? undefined : markup`<details open><summary>Calls to the lost zone</summary><ul>${calls.toLostZone.map((call) => markup`<li class="code">${call}</li>`)}</ul></details>`}
${steps(evidence)}
<p class="muted">Seconds are measured on the simulated Scaleway: machines do not boot there, and DNS caches of clients are not in them.</p>
<details><summary>By application (${count(applications.length)})</summary><div class="scroll" role="region" aria-label="Recovery by application" tabindex="0"><table class="rows"><caption>Recovery time against its target</caption>
<thead><tr><th scope="col">Application</th><th scope="col">Recovery</th><th scope="col" class="number">Target (s)</th><th scope="col" class="number">Measured (s)</th><th scope="col">Verdict</th></tr></thead>
<tbody>${applications.map(
    (each) =>
      markup`<tr><th scope="row">${each.application}</th><td>${each.recovery}</td><td class="number">${count(each.targetSeconds)}</td><td class="number">${decimal(each.measuredSeconds)}</td><td><span class="state ${each.verdict === "met" ? "good" : "bad"}">${each.verdict}</span></td></tr>
`,
  )}</tbody></table></div></details>`;
}

/** Steps as bars on one line of time. */
function steps({ steps: all }: DrillEvidence): Markup {
  const total = all.reduce((sum, { seconds }) => sum + seconds, 0);
  const at = (index: number): number => all.slice(0, index).reduce((sum, { seconds }) => sum + seconds, 0);
  const share = (value: number): number => (total === 0 ? 0 : Math.round((value / total) * 1000) / 10);
  return markup`<div class="scroll" role="region" aria-label="Steps of the drill" tabindex="0"><table class="rows"><caption>Steps, one after the other</caption>
<thead><tr><th scope="col">Step</th><th scope="col" class="number">Seconds</th><th scope="col">In time</th><th scope="col">Mark</th></tr></thead>
<tbody>${all.map(
    ({ step, seconds, mark }, index) =>
      markup`<tr><th scope="row">${step}</th><td class="number">${decimal(seconds)}</td><td><svg class="bar wide" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="track" width="100" height="8" rx="1"/><rect class="fill" x="${share(at(index))}" width="${Math.max(0.5, share(seconds))}" height="8" rx="1"/></svg></td><td>${mark}</td></tr>
`,
  )}</tbody></table></div>`;
}
