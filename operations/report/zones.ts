/** Both zones side by side, with what is in each. */
import { type ZoneKey, zoneKeys } from "../../model/estate/index.ts";
import type { Plan, ReservationPlan, ZonePlan } from "../../model/plan/index.ts";
import { plural } from "./format.ts";
import { type Markup, markup, type Part } from "./markup.ts";

export function zones(plan: Plan): Markup {
  const { server } = plan.witness;
  return markup`<section id="zones" aria-labelledby="zones-title">
<h2 id="zones-title">Zones</h2>
<div class="cards">${zoneKeys.map((key) => zoneCard(plan, plan.deployments[key]))}
<article class="card"><h3>witness <span class="muted">${plan.witness.zone}</span></h3>
<dl class="pairs"><div><dt>Instance</dt><dd>${server.key}</dd></div><div><dt>Offer</dt><dd>${server.offer}</dd></div><div><dt>System</dt><dd>${server.os}</dd></div></dl>
<p class="muted">The third vote: a zone that is cut off cannot write without it.</p></article></div>
<details open><summary>Every server, guest and entry point by zone</summary>
<div class="scroll" role="region" aria-label="Servers by zone" tabindex="0"><table class="rows">
<caption>What runs in each zone; a member keeps its number when others go</caption>
<thead><tr><th scope="col">What</th><th scope="col">Offer</th>${zoneKeys.map((key) => markup`<th scope="col">${key}</th>`)}</tr></thead>
${inventory(plan).map(({ title, rows }) => group(title, rows))}
</table></div></details>
</section>`;
}

function zoneCard(plan: Plan, zone: ZonePlan): Markup {
  const fleets = zone.fleets.flatMap(({ members }) => members as readonly { readonly kind: string }[]);
  const metal = fleets.filter(({ kind }) => kind === "bare-metal").length;
  const edge = zone.instanceFirewalls.length + zone.proxies.length + zone.egress.length + 1;
  const facts: readonly (readonly [string, Part])[] = [
    ["Bare metal", plural(zone.firewalls.length + zone.hypervisors.length + metal, "server")],
    [
      "of which",
      `${zone.firewalls.length} firewalls, ${zone.hypervisors.length} hypervisors, ${metal} in fleets`,
    ],
    ["Instances", `${fleets.length - metal + edge}`],
    [
      "of which",
      `${zone.instanceFirewalls.length} firewalls, ${zone.proxies.length} proxies, ${zone.egress.length} egress, 1 bastion, ${fleets.length - metal} in fleets`,
    ],
    ["Guests", `${guestsOf(plan, zone.key).length}`],
    ["Load balancer", zone.loadBalancer?.type ?? "none"],
    ["Public gateway", zone.gateway.type],
  ];
  const role = plan.activeZone === zone.key ? "active" : "standby";
  return markup`<article class="card"><h3>${zone.key} <span class="muted">${zone.zone}</span> <span class="state ${role}">${role}</span></h3>
<dl class="pairs">${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></article>
`;
}

interface Row {
  readonly what: string;
  readonly offer: string;
  readonly members: Readonly<Record<ZoneKey, readonly string[]>>;
}

interface Member {
  readonly key: string;
  readonly offer: string;
}

function inventory(plan: Plan): readonly { readonly title: string; readonly rows: readonly Row[] }[] {
  const of = (pick: (zone: ZonePlan) => readonly Member[]): readonly Row[] =>
    rowsOf((key) => pick(plan.deployments[key]));
  return [
    { title: "Firewalls", rows: of((zone) => [...zone.firewalls, ...zone.instanceFirewalls]) },
    { title: "Hypervisors", rows: of((zone) => zone.hypervisors) },
    {
      title: "Fleets",
      rows: of((zone) => zone.fleets.flatMap(({ members }) => members as readonly Member[])),
    },
    {
      title: "Entry and exit",
      rows: of((zone) => [
        zone.bastion,
        ...zone.egress,
        ...zone.proxies,
        { key: zone.gateway.key, offer: zone.gateway.type },
        ...(zone.loadBalancer === undefined
          ? []
          : [{ key: zone.loadBalancer.key, offer: zone.loadBalancer.type }]),
      ]),
    },
    {
      title: "Guests",
      rows: rowsOf((key) => guestsOf(plan, key).map((guest) => ({ key: guest, offer: "on a hypervisor" }))),
    },
  ].filter(({ rows }) => rows.length > 0);
}

/** Members that differ by zone and number only share a row. */
function rowsOf(membersIn: (zone: ZoneKey) => readonly Member[]): readonly Row[] {
  const rows = new Map<string, { what: string; offer: string; members: Record<ZoneKey, string[]> }>();
  for (const zone of zoneKeys) {
    for (const { key, offer } of membersIn(zone)) {
      const what = key.replace(/-par-\d(-\d+)?$/, "");
      const row = rows.get(`${what} ${offer}`) ?? { what, offer, members: { "par-1": [], "par-2": [] } };
      row.members[zone].push(key);
      rows.set(`${what} ${offer}`, row);
    }
  }
  return [...rows.values()].sort((a, b) => (a.what < b.what ? -1 : a.what > b.what ? 1 : 0));
}

/** Keys of the guests of a zone: a guest's address is booked under its network and its own key. */
function guestsOf(plan: Plan, zone: ZoneKey): readonly string[] {
  const holder = ({ key }: ReservationPlan): string => key.slice(key.indexOf(".") + 1);
  return plan.foundation.reservations
    .filter(({ purpose }) => purpose === "guest")
    .map(holder)
    .filter((key) => key.includes(`-${zone}`));
}

function group(title: string, rows: readonly Row[]): Markup {
  return markup`<tbody><tr class="group"><th scope="rowgroup" colspan="4">${title}</th></tr>${rows.map(
    ({ what, offer, members }) =>
      markup`<tr><th scope="row">${what}</th><td class="offer">${offer}</td>${zoneKeys.map((key) => membersCell(members[key]))}</tr>
`,
  )}</tbody>`;
}

function membersCell(keys: readonly string[]): Markup {
  if (keys.length === 0) return markup`<td class="muted">none</td>`;
  return markup`<td>${keys.join(", ")}</td>`;
}
