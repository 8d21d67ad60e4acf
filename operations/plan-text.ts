/** A plan for a reader: what is deployed, why no fewer firewalls will do, what must be granted, what it costs. */
import type { Plan } from "../model/plan/index.ts";

/** What `archipel plan --json` prints: the summary's keys, then each of the plan's tables. No scripts of hosts. */
export function planData(plan: Plan): Readonly<Record<string, unknown>> {
  return {
    ...plan.summary,
    vpcs: plan.foundation.vpcs.map(({ key }) => ({
      vpc: key,
      privateNetworks: plan.foundation.privateNetworks.filter(({ vpc }) => vpc === key).length,
    })),
    pairs: plan.firewalls.pairs.map(({ key, kind, trustClass, legs, loadGbps, virtualAddresses }) => ({
      pair: key,
      kind,
      trustClass,
      privateNetworks: virtualAddresses.length,
      legs,
      loadGbps,
    })),
    certificate: plan.firewalls.certificate,
    capacity: plan.capacity,
    quotas: plan.quotas,
    cost: plan.cost,
  };
}

/** The same as text, for a terminal. */
export function planText(plan: Plan): string {
  const { summary, firewalls, quotas, capacity, cost } = plan;
  const { certificate } = firewalls;
  const short = capacity.filter(({ verdict }) => verdict === "falls short");
  const beyond = quotas.filter(({ needed, default: granted }) => granted === undefined || needed > granted);
  return [
    `${summary.estate}: ${summary.bareMetal} bare-metal servers, ${summary.instances} Instances, ${summary.guests} guests, ${summary.applications} applications, ${summary.services} services`,
    `${summary.privateNetworks} private networks in ${plan.foundation.vpcs.length} VPCs, ${summary.flows} permitted flows`,
    "",
    `Firewalls: ${certificate.count}; no fewer than ${certificate.lowerBound} will do; ${certificate.moves} networks move`,
    ...certificate.because.map((line) => `  ${line}`),
    ...table(
      ["pair", "kind", "class", "legs", "Gbit/s at peak"],
      firewalls.pairs.map((pair) => [
        pair.key,
        pair.kind,
        pair.trustClass ?? "",
        `${pair.legs.used}/${pair.legs.limit}`,
        `${pair.loadGbps.peak.toFixed(2)} of ${pair.loadGbps.limit}`,
      ]),
    ),
    ...certificate.alternatives.map(
      ({ legs, firewalls: count, eurPerMonth }) =>
        `With ${legs} legs a server: ${count} firewalls, ${eurPerMonth === undefined ? "price of their offer unknown" : `${euros(eurPerMonth)} a month`}`,
    ),
    "",
    "Quotas that Scaleway must raise",
    ...table(
      ["quota", "needed", "default", "granted", "verdict"],
      beyond.map((row) => [
        row.quota,
        String(row.needed),
        String(row.default ?? "–"),
        String(row.granted ?? "–"),
        row.verdict,
      ]),
    ),
    "",
    short.length === 0
      ? "Capacity: either zone alone carries the peak with its growth, for every application"
      : `Capacity falls short: ${short.map(({ application, lost }) => `${application} without ${lost}`).join(", ")}`,
    "",
    `Cost: ${euros(cost.perMonth)} a month at prices of ${cost.pricesOf}${cost.unpriced.length === 0 ? "" : `, without ${cost.unpriced.join(", ")}`}`,
    ...table(
      ["what", "count", "each", "EUR a month"],
      cost.lines.map((line) => [
        line.what,
        String(line.count),
        money(line.unitPerMonth),
        money(line.perMonth),
      ]),
    ),
  ].join("\n");
}

function money(value: number | undefined): string {
  return value === undefined ? "?" : value.toFixed(2);
}

function euros(value: number): string {
  return `${Math.round(value).toLocaleString("en")} EUR`;
}

/** Columns aligned by spaces, indented; nothing for no rows. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return ["  none"];
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all.map(
    (row) =>
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join("  ")
        .trimEnd()}`,
  );
}
