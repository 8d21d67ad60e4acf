/** Firewall pairs with what they carry, and why no fewer will do. */
import type { FirewallCertificate, FirewallPairPlan, Plan } from "../../model/plan/index.ts";
import { bar } from "./bar.ts";
import { count, euros, plural } from "./format.ts";
import { type Markup, markup } from "./markup.ts";
import { classBadge } from "./tones.ts";

export function firewalls(plan: Plan): Markup {
  const { pairs, certificate } = plan.firewalls;
  return markup`<section id="firewalls" aria-labelledby="firewalls-title">
<h2 id="firewalls-title">Firewalls</h2>
<p>${plural(certificate.count, "firewall")} in ${plural(pairs.length, "pair")}. A forwarded byte crosses a card twice, so a member's limit is half its card.</p>
<div class="scroll" role="region" aria-label="Firewall pairs" tabindex="0"><table class="rows">
<caption>Firewall pairs and their load; a pair's legs hold its reserved ones, transit and admin</caption>
<thead><tr><th scope="col">Pair</th><th scope="col">Kind</th><th scope="col">Trust class</th><th scope="col">Legs used / limit</th><th scope="col">Peak / limit</th><th scope="col">Router id</th></tr></thead>
<tbody>${pairs.map((pair) => pairRow(plan, pair))}</tbody></table></div>
${certificateOf(plan, certificate)}
</section>`;
}

function pairRow(plan: Plan, { key, kind, trustClass, legs, loadGbps, vrid }: FirewallPairPlan): Markup {
  return markup`<tr><th scope="row">${key}</th><td>${kind}</td><td>${classBadge(plan, trustClass)}</td><td>${bar(legs.used, legs.limit, "legs")}</td><td>${bar(loadGbps.peak, loadGbps.limit, "Gbps")}</td><td class="number">${vrid}</td></tr>
`;
}

function certificateOf(plan: Plan, certificate: FirewallCertificate): Markup {
  const { perClass, count: planned, lowerBound, moves, because, alternatives } = certificate;
  const gap = planned - lowerBound;
  const verdict =
    gap === 0
      ? `${planned} firewalls, and no deployment holds with fewer`
      : `${planned} firewalls, ${gap} above the bound`;
  return markup`<h3 id="certificate">Certificate</h3>
<p class="verdict"><strong>${verdict}.</strong> ${moves === 0 ? "No network leaves" : `${plural(moves, "network leaves", "networks leave")}`} the pair it was on.</p>
<div class="columns"><div class="scroll" role="region" aria-label="Bound by trust class" tabindex="0"><table class="rows">
<caption>Pairs that each trust class needs at least</caption>
<thead><tr><th scope="col">Trust class</th><th scope="col" class="number">Networks</th><th scope="col" class="number">Usable legs</th><th scope="col" class="number">By legs</th><th scope="col" class="number">By throughput</th><th scope="col" class="number">Pairs</th></tr></thead>
<tbody>${perClass.map(
    (each) =>
      markup`<tr><th scope="row">${classBadge(plan, each.trustClass)}</th><td class="number">${count(each.networks)}</td><td class="number">${count(each.usableLegs)}</td><td class="number">${count(each.byLegs)}</td><td class="number">${count(each.byThroughput)}</td><td class="number">${count(each.pairs)}</td></tr>
`,
  )}</tbody></table></div>
<div class="scroll" role="region" aria-label="Other numbers of legs" tabindex="0"><table class="rows">
<caption>The same estate with other numbers of legs a server</caption>
<thead><tr><th scope="col" class="number">Legs a server</th><th scope="col" class="number">Firewalls</th><th scope="col" class="number">A month</th></tr></thead>
<tbody>${alternatives.map(
    ({ legs, firewalls: needed, eurPerMonth }) =>
      markup`<tr><th scope="row" class="number">${count(legs)}</th><td class="number">${needed === undefined ? "impossible" : count(needed)}</td><td class="number">${eurPerMonth === undefined ? "no price" : euros(eurPerMonth)}</td></tr>
`,
  )}</tbody></table></div></div>
<ol class="because">${because.map((line) => markup`<li>${line}</li>`)}</ol>`;
}
