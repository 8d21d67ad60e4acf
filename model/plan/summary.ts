/** The plan in ten figures. */
import type { Layout } from "./layout.ts";
import type { CostPlan, FirewallCertificate, FoundationPlan, Intent, PlanSummary } from "./plan.ts";

export function summaryOf(
  layout: Layout,
  foundation: FoundationPlan,
  { count, lowerBound, moves }: FirewallCertificate,
  cost: CostPlan,
  intents: readonly Intent[],
): PlanSummary {
  const { servers, guests } = layout.inventory;
  const { applications } = layout.estate;
  return {
    estate: layout.estate.organisation.organisation,
    bareMetal: servers.filter(({ kind }) => kind === "bare-metal").length,
    instances: servers.filter(({ kind }) => kind === "instance").length,
    guests: guests.length,
    applications: applications.length,
    services: applications.reduce((sum, { services }) => sum + services.length, 0),
    privateNetworks: foundation.privateNetworks.length,
    flows: intents.filter(({ kind }) => kind === "flow").length,
    firewalls: { count, lowerBound, moves },
    eurPerMonth: cost.perMonth,
  };
}
