/** `edge`: Edge Services in front of both zones' load balancers. Which zone it leads to is `dr`'s. */
import { Plan as Subscription } from "@pulumiverse/scaleway/edgeservices/plan.js";
import { EdgeService, type ZoneOrigin } from "../components/edge-service.ts";
import { type ZoneKey, zoneKeys } from "../model/estate/index.ts";
import { Ledger } from "./consumed.ts";
import {
  type EdgeContract,
  type Provided,
  readContract,
  type StackOutputs,
  type ZoneContract,
} from "./contracts.ts";
import { expectedZone } from "./expected.ts";
import type { StackRun } from "./program.ts";

type Balancers = Pick<ZoneContract, "loadBalancers">;

export async function edge({ plan, upstream }: StackRun): Promise<StackOutputs> {
  const { plan: offer, pipelines } = plan.edge;
  if (offer === undefined)
    return { provides: { pipelines: {} } satisfies Provided<EdgeContract>, consumes: {} };
  const ledger = new Ledger();
  const contracts = {
    "par-1": readContract<Balancers>(expectedZone(plan.deployments["par-1"]), await upstream("par-1")),
    "par-2": readContract<Balancers>(expectedZone(plan.deployments["par-2"]), await upstream("par-2")),
  };
  const origin = (zone: ZoneKey, frontend: string): ZoneOrigin => {
    const { loadBalancer, zone: place } = plan.deployments[zone];
    if (loadBalancer === undefined)
      throw new Error(`${zone} has no load balancer in the plan, and Edge Services leads to one`);
    const { id, frontends } = ledger.use("loadBalancers", loadBalancer.key, contracts[zone].loadBalancers);
    const frontendId = frontends[frontend];
    if (frontendId === undefined)
      throw new Error(`${loadBalancer.key} has no frontend ${frontend} in the plan`);
    return { zone: place, loadBalancerId: id, frontendId };
  };
  const subscription = new Subscription("edge-subscription", { name: offer });
  const services = pipelines.map((pipeline) => {
    const [first, second] = zoneKeys.map((zone) => origin(zone, pipeline.frontends[zone])) as [
      ZoneOrigin,
      ZoneOrigin,
    ];
    return new EdgeService({ plan: pipeline, origins: { "par-1": first, "par-2": second }, subscription });
  });
  const provides: Provided<EdgeContract> = {
    pipelines: Object.fromEntries(services.map(({ key, id, firewalls }) => [key, { id, firewalls }])),
  };
  return { provides, consumes: ledger.consumes() };
}
