/** From an estate to its plan: pure, sorted, the same bytes for the same estate and memory. */
import { createHash } from "node:crypto";
import type { Estate } from "../estate/estate.ts";
import { zoneKeys } from "../estate/estate.ts";
import { allocateAddresses, allocatePrefixes, bookings } from "./addresses.ts";
import { gatewayPlan, loadBalancerPlan } from "./balancers.ts";
import { capacityOf } from "./capacity.ts";
import { certify } from "./certificate.ts";
import { costOf } from "./cost.ts";
import { demandProblems } from "./demands.ts";
import { conversationsOf, directoryOf } from "./directory.ts";
import { drPlan } from "./dr.ts";
import { edgePlan } from "./edge.ts";
import type { Packing } from "./firewalls.ts";
import { packFirewalls } from "./firewalls.ts";
import { foundationPlan } from "./foundation-plan.ts";
import { indexIntents } from "./host-rules.ts";
import type { HostContext } from "./hosts.ts";
import { allFirewallRules, unfitFiles } from "./hosts.ts";
import { intentsOf } from "./intents.ts";
import type { Layout } from "./layout.ts";
import { layoutOf, virtualAddress } from "./layout.ts";
import { machinesOf, witnessPlan, zoneMachines } from "./machines.ts";
import type { PlanMemory } from "./memory.ts";
import { emptyMemory } from "./memory.ts";
import { memoryProblems } from "./memory-problems.ts";
import { networkSpecs } from "./networks.ts";
import type { FirewallPairPlan, Intent, Plan, ZonePlan } from "./plan.ts";
import type { PlanProblem } from "./plan-problems.ts";
import { sortPlanProblems } from "./plan-problems.ts";
import { allocatePools } from "./pools.ts";
import { quotasOf } from "./quotas.ts";
import { remember } from "./remember.ts";
import { inventoryOf } from "./servers.ts";
import { summaryOf } from "./summary.ts";
import { partition } from "./vpcs.ts";

export type PlanResult =
  | {
      readonly ok: true;
      readonly plan: Plan;
      /** What the next plan must be given; write it to `allocations.yaml` where it differs from what was there. */
      readonly memory: PlanMemory;
    }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] };

/**
 * Plans an estate. `previous` is the memory of what was planned before (`allocations.yaml`): with it, nothing that is placed moves.
 * Refuses an impossible demand with the bound that it breaks; all problems at once, sorted.
 */
export function makePlan(estate: Estate, previous: PlanMemory = emptyMemory): PlanResult {
  const contradictions = memoryProblems(previous);
  if (contradictions.length > 0) return refused(contradictions);
  const directory = directoryOf(estate);
  const networks = networkSpecs(estate);
  const packing = packFirewalls(estate, networks, conversationsOf(estate, directory), previous);
  const prefixes = allocatePrefixes(estate, networks, previous);
  const pools = allocatePools(estate, previous);
  const early = [...packing.problems, ...prefixes.problems, ...pools.problems];
  if (early.length > 0) return refused([...early, ...capacityOf(estate).problems]);
  const inventory = inventoryOf(estate, packing.pairs);
  const vpcOf = partition(networks, packing.pairs, previous);
  const addresses = allocateAddresses(bookings(estate, packing.pairs, inventory), prefixes.cidrs, previous);
  const demands = [...addresses.problems, ...demandProblems(estate, networks, packing, inventory, vpcOf)];
  if (demands.length > 0) return refused([...demands, ...capacityOf(estate).problems]);
  const layout = layoutOf({
    estate,
    directory,
    networks,
    pairs: packing.pairs,
    inventory,
    addresses,
    pools: pools.byGroup,
    cidrs: prefixes.cidrs,
  });
  return assemble(layout, packing, vpcOf, previous);
}

function refused(problems: readonly PlanProblem[]): PlanResult {
  return { ok: false, problems: sortPlanProblems(problems) };
}

function assemble(
  layout: Layout,
  packing: Packing,
  vpcOf: ReadonlyMap<string, string>,
  previous: PlanMemory,
): PlanResult {
  const { estate } = layout;
  const intents = intentsOf(layout);
  const context = hostContext(layout, intents, previous);
  const machines = machinesOf(context);
  const foundation = foundationPlan(layout, vpcOf);
  const edge = edgePlan(layout);
  const dr = drPlan(layout);
  const capacity = capacityOf(estate);
  const quotas = quotasOf({ layout, foundation, edge, dr });
  const unfit = [...machines.bareMetal, ...machines.instances].flatMap(({ key, host }) =>
    unfitFiles(key, host.files),
  );
  const problems = [...capacity.problems, ...quotas.problems, ...unfit];
  if (problems.length > 0) return refused(problems);
  const certificate = certify(estate, packing, previous);
  const cost = costOf(layout, foundation);
  const deployment = (key: (typeof zoneKeys)[number]): ZonePlan => ({
    key,
    zone: estate.organisation.zones[key],
    ...zoneMachines(context, machines, key),
    gateway: gatewayPlan(layout, key),
    loadBalancer: loadBalancerPlan(layout, key),
  });
  const plan: Plan = {
    estate: estate.organisation.organisation,
    region: estate.organisation.region,
    zones: estate.organisation.zones,
    activeZone: estate.organisation.activeZone,
    domain: estate.organisation.domain,
    foundation,
    deployments: { "par-1": deployment("par-1"), "par-2": deployment("par-2") },
    witness: witnessPlan(context, machines),
    edge,
    dr,
    firewalls: { pairs: packing.pairs.map((pair) => pairPlan(layout, pair)), certificate },
    intents,
    capacity: capacity.rows,
    quotas: quotas.rows,
    cost,
    summary: summaryOf(layout, foundation, certificate, cost, intents),
  };
  return { ok: true, plan, memory: remember(layout, vpcOf, context, previous) };
}

/** A pair's generation grows when the text of its members' rules changes: a member that comes back knows whether it is behind. */
function hostContext(
  layout: Layout,
  intents: readonly Intent[],
  previous: PlanMemory,
): HostContext & { readonly digests: ReadonlyMap<string, string> } {
  const firewallRules = allFirewallRules(layout, intents);
  const digests = new Map(
    layout.pairs.map(({ key, members }) => {
      const text = zoneKeys.map((zone) => firewallRules.get(members[zone]) ?? "").join("");
      return [key, createHash("sha256").update(text).digest("hex").slice(0, 16)] as const;
    }),
  );
  const generations = new Map(
    layout.pairs.map(({ key }) => {
      const before = previous.pairs[key];
      if (before === undefined) return [key, 1] as const;
      return [key, before.generation + (before.rules === digests.get(key) ? 0 : 1)] as const;
    }),
  );
  const administration = indexIntents(intents.filter(({ kind }) => kind === "administration"));
  return {
    layout,
    intents,
    index: indexIntents(intents),
    administration,
    firewallRules,
    generations,
    digests,
  };
}

function pairPlan(layout: Layout, pair: Layout["pairs"][number]): FirewallPairPlan {
  return {
    key: pair.key,
    kind: pair.kind,
    trustClass: pair.trustClass,
    vrid: pair.vrid,
    members: pair.members,
    virtualAddresses: ["admin", "transit", ...pair.networks]
      .sort()
      .map((privateNetwork) => ({ privateNetwork, address: virtualAddress(layout, pair, privateNetwork) })),
    legs: pair.legs,
    loadGbps: pair.loadGbps,
  };
}
