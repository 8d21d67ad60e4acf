/** Private networks by trust class and by the firewall pair that serves them. */
import type { Plan, PrivateNetworkPlan } from "../../model/plan/index.ts";
import { plural } from "./format.ts";
import { type Markup, markup } from "./markup.ts";
import { classBadge, toneOf, trustClassesOf } from "./tones.ts";

export function networks(plan: Plan): Markup {
  const all = plan.foundation.privateNetworks;
  const classes: readonly (string | undefined)[] = [...trustClassesOf(plan), undefined];
  const inClass = (trustClass: string | undefined): readonly PrivateNetworkPlan[] =>
    all.filter((each) => each.trustClass === trustClass);
  return markup`<section id="networks" aria-labelledby="networks-title">
<h2 id="networks-title">Private networks</h2>
<p>${plural(all.length, "private network")} in ${plural(plan.foundation.vpcs.length, "VPC")}, which deny everything in both families before anything attaches. Networks of two trust classes never share a firewall pair.</p>
<ul class="legend" aria-label="Networks by trust class">${classes.map((each) => markup`<li>${classBadge(plan, each)} ${plural(inClass(each).length, "network")}</li>`)}</ul>
<div class="networks">${classes.map((each) => cardsOf(plan, each, inClass(each)))}</div>
</section>`;
}

/** A card a pair; networks that no pair serves, such as transit, share the last one. */
function cardsOf(
  plan: Plan,
  trustClass: string | undefined,
  networksOfClass: readonly PrivateNetworkPlan[],
): readonly Markup[] {
  const served = [...new Set(networksOfClass.flatMap(({ pair }) => pair ?? []))].sort();
  const pairs = networksOfClass.some(({ pair }) => pair === undefined) ? [...served, undefined] : served;
  return pairs.map((pair) => {
    const onPair = networksOfClass.filter((each) => each.pair === pair);
    return markup`<div class="card ${toneOf(plan, trustClass)}"><h3>${pair ?? "no pair"} ${classBadge(plan, trustClass)}</h3><table class="small">
<caption>${plural(onPair.length, "network")}${pair === undefined ? ", for firewalls and bastions only" : ` served by ${pair}`}</caption>
<thead><tr><th scope="col">Network</th><th scope="col">CIDR</th><th scope="col">VPC</th></tr></thead>
<tbody>${onPair.map((network) => networkRow(network))}</tbody></table></div>
`;
  });
}

function networkRow({ key, application, cidr, vpc }: PrivateNetworkPlan): Markup {
  const of =
    application === undefined || application === key
      ? undefined
      : markup` <span class="muted">of ${application}</span>`;
  return markup`<tr><th scope="row">${key}${of}</th><td class="code">${cidr}</td><td class="code">${vpc}</td></tr>
`;
}
