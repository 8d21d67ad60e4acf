/** The flow matrix, its filter, and the same flows as a list for whoever has no script. */
import type { Plan } from "../../model/plan/index.ts";
import { count, plural } from "./format.ts";
import { type Markup, markup } from "./markup.ts";
import { type Cell, cellKey, type Matrix, matrixOf, type Party, portsOf } from "./matrix.ts";
import { toneOf } from "./tones.ts";

export function flows(plan: Plan): Markup {
  const matrix = matrixOf(plan);
  const parties = matrix.groups.flatMap((group) => group.parties);
  const kinds = [...new Set(plan.intents.map(({ kind }) => kind))].sort();
  const byKind = kinds.map(
    (each) => `${count(plan.intents.filter(({ kind }) => kind === each).length)} ${each}`,
  );
  const across = matrix.cells.filter(({ reach }) => reach === "across").length;
  return markup`<section id="flows" class="wide" aria-labelledby="flows-title">
<h2 id="flows-title">Flows</h2>
<p>${plural(plan.intents.length, "permission")} between ${plural(parties.length, "application and platform network", "applications and platform networks")}, each with its reason and its owner (${byKind.join(", ")}). ${count(across)} of ${plural(matrix.cells.length, "cell")} lead from one trust class to another. All else is denied.</p>
<form id="flow-form" role="search" hidden><label for="flow-filter">Filter</label> <input id="flow-filter" type="search" placeholder="application, port, owner, reason…" autocomplete="off" spellcheck="false"> <output id="flow-count" for="flow-filter" aria-live="polite"></output></form>
<noscript><p class="muted">The filter wants JavaScript; the list under the matrix and your browser's own search do without.</p></noscript>
<ul class="legend" aria-label="Legend"><li><span class="swatch within"></span> within a trust class</li><li><span class="swatch across"></span> from one trust class to another</li><li><span class="swatch platform"></span> from or to the platform</li><li class="muted">rows speak to columns; a number is how many permissions; arrow keys walk the matrix</li></ul>
<div class="matrix scroll" id="flow-matrix" role="region" aria-label="Flow matrix" tabindex="0">${matrixTable(plan, matrix, parties)}</div>
<p id="flow-detail" class="detail" aria-live="polite">Point at a number, or walk to it, to read its ports, reasons and owners.</p>
${list(plan, matrix)}
</section>`;
}

function matrixTable(plan: Plan, { groups, cellAt }: Matrix, parties: readonly Party[]): Markup {
  return markup`<table><caption class="unseen">Permissions from each row to each column</caption>
<thead><tr class="groups"><td></td>${groups.map(
    ({ trustClass, parties: members }) =>
      markup`<th scope="colgroup" colspan="${members.length}" class="${toneOf(plan, trustClass)}"><span>${trustClass ?? "platform"}</span></th>`,
  )}</tr>
<tr class="names"><td class="corner">from ↓ to →</td>${parties.map(
    ({ key, trustClass }) =>
      markup`<th scope="col" class="${toneOf(plan, trustClass)}"><span>${key}</span></th>`,
  )}</tr></thead>
${groups.map(
  ({ trustClass, parties: members }) =>
    markup`<tbody class="${toneOf(plan, trustClass)}">${members.map(
      (from) =>
        markup`<tr><th scope="row">${from.key}</th>${parties.map((to) => cellMarkup(cellAt(from, to), from === to))}</tr>
`,
    )}</tbody>
`,
)}</table>`;
}

function cellMarkup(cell: Cell | undefined, diagonal: boolean): Markup {
  if (cell === undefined) return diagonal ? markup`<td class="self"></td>` : markup`<td></td>`;
  const { from, to, intents, reach } = cell;
  const told = intents.map((intent) => `${portsOf(intent)}: ${intent.why} (${intent.owner})`);
  const title = `${from.key} → ${to.key}\n${[...new Set(told)].join("\n")}`;
  return markup`<td><a class="${reach}" href="#${cellKey(from, to)}" tabindex="-1" title="${title}" aria-label="${from.key} to ${to.key}: ${plural(intents.length, "permission")}">${intents.length}</a></td>`;
}

function list(plan: Plan, { cells }: Matrix): Markup {
  const expiring = plan.intents.filter(({ expires }) => expires !== undefined).length;
  return markup`<details id="flow-list"><summary>All ${plural(plan.intents.length, "permission")} as a list${expiring === 0 ? undefined : `, ${expiring} of them with an end`}</summary>
<div class="scroll" role="region" aria-label="List of flows" tabindex="0"><table class="rows"><caption>Who may speak to whom, why, and who answers for it</caption>
<thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col">Ports</th><th scope="col">Why</th><th scope="col">Owner</th><th scope="col">Kind</th><th scope="col">Until</th></tr></thead>
<tbody>${cells.map((cell) => listRows(cell))}</tbody></table></div></details>`;
}

function listRows({ from, to, intents }: Cell): readonly Markup[] {
  const key = cellKey(from, to);
  return intents.map(
    (intent, index) =>
      markup`<tr data-cell="${key}"${index === 0 ? markup` id="${key}"` : undefined}><th scope="row">${from.key}</th><td>${to.key}</td><td class="code">${portsOf(intent)}</td><td>${intent.why}</td><td>${intent.owner}</td><td>${intent.kind}</td><td>${intent.expires ?? ""}</td></tr>
`,
  );
}
