/** The top of the page: what this is, its figures, and the estate on two shores. */
import { zoneKeys } from "../../model/estate/index.ts";
import type { FirewallPairPlan, Plan } from "../../model/plan/index.ts";
import { count, euros, plural } from "./format.ts";
import { type Markup, markup } from "./markup.ts";
import { toneOf } from "./tones.ts";

export function overview(plan: Plan): Markup {
  const { summary, cost } = plan;
  const figures: readonly (readonly [string, string, string])[] = [
    [count(summary.bareMetal), "bare-metal servers", "bareMetal"],
    [count(summary.instances), "Instances", "instances"],
    [count(summary.privateNetworks), "private networks", "privateNetworks"],
    [count(summary.services), "services", "services"],
    [
      count(summary.firewalls.count),
      `firewalls; lower bound ${count(summary.firewalls.lowerBound)}`,
      "firewalls",
    ],
    [count(summary.applications), "applications", "applications"],
    [count(summary.guests), "guests on hypervisors", "guests"],
    [count(summary.flows), "declared flows", "flows"],
    [
      euros(cost.perMonth),
      cost.unpriced.length === 0
        ? "a month"
        : `a month, ${plural(cost.unpriced.length, "offer")} without a price`,
      "eurPerMonth",
    ],
  ];
  return markup`<section id="overview" aria-labelledby="overview-title">
<h2 id="overview-title">In figures</h2>
<dl class="figures">${figures.map(([value, label, key]) => markup`<div><dt>${label}</dt><dd data-figure="${key}">${value}</dd></div>`)}</dl>
${shores(plan)}
</section>`;
}

const WIDTH = 960;
const ROW = 34;
const TOP = 92;

/** Every firewall pair between its two zones, with the networks that it keeps apart. */
function shores(plan: Plan): Markup {
  const { pairs } = plan.firewalls;
  const bottom = TOP + pairs.length * ROW;
  const height = bottom + 106;
  const served = pairs.map((pair) => plural(networksOf(plan, pair), "network"));
  const spoken = pairs.map(({ key }, index) => `${key}: ${served[index]}`).join("; ");
  return markup`<figure class="shores"><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="shores-title shores-description">
<title id="shores-title">The estate on two zones</title>
<desc id="shores-description">Each firewall pair has one member in each zone. ${spoken}.</desc>
${zoneKeys.map((key, side) => shore(plan, key, side === 0 ? 8 : WIDTH - 328, bottom + 20))}
${pairs.map((pair, index) => pairRow(plan, pair, served[index] as string, TOP + index * ROW))}
<path class="thread" d="M168 ${bottom + 20} C168 ${bottom + 78} 300 ${bottom + 78} 372 ${bottom + 78} M792 ${bottom + 20} C792 ${bottom + 78} 660 ${bottom + 78} 588 ${bottom + 78}"/>
<rect class="witness" x="372" y="${bottom + 58}" width="216" height="40" rx="20"/>
<text class="middle" x="480" y="${bottom + 83}">witness · ${plan.witness.zone}</text>
</svg><figcaption>One member of every pair in each zone; all addresses of a pair move together. ${plan.activeZone} is the active zone.</figcaption></figure>`;
}

function shore(plan: Plan, key: (typeof zoneKeys)[number], x: number, height: number): Markup {
  const { proxies, egress, loadBalancer } = plan.deployments[key];
  const entry = [
    loadBalancer === undefined ? [] : [loadBalancer.type],
    proxies.length === 0 ? [] : [plural(proxies.length, "proxy", "proxies")],
    egress.length === 0 ? [] : [`${count(egress.length)} egress`],
    ["gateway", "bastion"],
  ];
  return markup`<g><rect class="shore" x="${x}" y="8" width="320" height="${height - 8}" rx="18"/>
<text class="zone" x="${x + 160}" y="40">${key} · ${plan.zones[key]}</text>
<text class="entry" x="${x + 160}" y="66">${entry.flat().join(" · ")}</text></g>
`;
}

function pairRow(plan: Plan, pair: FirewallPairPlan, served: string, y: number): Markup {
  const tone = toneOf(plan, pair.trustClass);
  const middle = y + 13;
  return markup`<g class="${tone}"><path class="link" d="M312 ${middle}H648"/>
<rect class="member" x="24" y="${y}" width="288" height="26" rx="6"/><text class="middle" x="168" y="${y + 18}">${pair.members["par-1"]}</text>
<rect class="member" x="648" y="${y}" width="288" height="26" rx="6"/><text class="middle" x="792" y="${y + 18}">${pair.members["par-2"]}</text>
<rect class="pill" x="392" y="${y}" width="176" height="26" rx="13"/><text class="middle" x="480" y="${y + 18}">${served}</text></g>
`;
}

/** Networks whose only way out is this pair. */
function networksOf(plan: Plan, { key }: FirewallPairPlan): number {
  return plan.foundation.privateNetworks.filter(({ pair }) => pair === key).length;
}
