/** What it costs a month, line by line, and what has no recorded price. */
import type { Plan } from "../../model/plan/index.ts";
import { count, euros } from "./format.ts";
import { type Markup, markup } from "./markup.ts";

export function cost(plan: Plan): Markup {
  const { lines, perMonth, pricesOf, unpriced } = plan.cost;
  return markup`<section id="cost" aria-labelledby="cost-title">
<h2 id="cost-title">Cost</h2>
<p><strong>${euros(perMonth)} a month</strong>. Prices of ${pricesOf}.${unpriced.length === 0 ? undefined : markup` Not in it, for want of a recorded price: ${unpriced.join(", ")}.`}</p>
<details><summary>Line by line</summary><div class="scroll" role="region" aria-label="Cost by line" tabindex="0"><table class="rows"><caption>Cost a month</caption>
<thead><tr><th scope="col">What</th><th scope="col" class="number">Count</th><th scope="col" class="number">Each</th><th scope="col" class="number">A month</th></tr></thead>
<tbody>${lines.map(
    ({ what, count: number, unitPerMonth, perMonth: sum }) =>
      markup`<tr><th scope="row">${what}</th><td class="number">${count(number)}</td><td class="number">${euros(unitPerMonth)}</td><td class="number">${euros(sum)}</td></tr>
`,
  )}</tbody><tfoot><tr><th scope="row" colspan="3">Together</th><td class="number">${euros(perMonth)}</td></tr></tfoot></table></div></details>
</section>`;
}
