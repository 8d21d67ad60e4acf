import type { ComponentResourceOptions, Output, Resource } from "@pulumi/pulumi";
import { BackendStage } from "@pulumiverse/scaleway/edgeservices/backendStage.js";
import { Pipeline } from "@pulumiverse/scaleway/edgeservices/pipeline.js";
import { WafStage } from "@pulumiverse/scaleway/edgeservices/wafStage.js";
import type { ZoneKey } from "../model/estate/estate.ts";
import type { EdgePlan, Zone } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";

/** One published service behind Edge Services. */
export type PipelinePlan = EdgePlan["pipelines"][number];

/** A zone's load balancer frontend, by its zonal ids. */
export interface ZoneOrigin {
  readonly zone: Zone;
  readonly loadBalancerId: string;
  readonly frontendId: string;
}

export interface EdgeServiceArgs {
  /** Everything updates in place (no stage has a field that replaces it, provider 2.80.0). */
  readonly plan: PipelinePlan;
  readonly origins: Readonly<Record<ZoneKey, ZoneOrigin>>;
  /** The subscription to Edge Services: the API refuses a pipeline without one. */
  readonly subscription: Resource;
}

/** OWASP rules that hardly ever refuse an honest request; 4 is the strictest. */
const paranoiaLevel = 1;

/**
 * A published service's pipeline, with one chain of stages a zone and none chosen yet: that is `dr`'s to do.
 *
 * Creates:
 * 1. the pipeline;
 * 2. for each zone, a backend stage on that zone's load balancer and the firewall (WAF) stage before it.
 *
 * Cost: the subscription's, and the requests that the firewall reads.
 */
export class EdgeService extends ArchipelComponent {
  readonly id: Output<string>;
  /** First stage of each zone's chain. */
  readonly firewalls: Readonly<Record<ZoneKey, Output<string>>>;

  constructor(args: EdgeServiceArgs, opts?: ComponentResourceOptions) {
    super("archipel:edge:EdgeService", args.plan.key, opts);
    const { plan, origins, subscription } = args;
    const pipeline = new Pipeline(
      this.key,
      { name: plan.name, description: `${plan.service} at ${plan.fqdn}` },
      this.within({ dependsOn: [subscription] }),
    );
    this.id = pipeline.id;
    const chain = (zone: ZoneKey): Output<string> => {
      const origin = origins[zone];
      const backend = new BackendStage(
        this.child(`${zone}-backend`),
        {
          pipelineId: pipeline.id,
          lbBackendConfigs: [
            {
              lbConfig: {
                id: origin.loadBalancerId,
                frontendId: origin.frontendId,
                isSsl: true,
                domainName: plan.fqdn,
                zone: origin.zone,
              },
            },
          ],
        },
        this.within(),
      );
      return new WafStage(
        this.child(`${zone}-firewall`),
        { pipelineId: pipeline.id, backendStageId: backend.id, mode: plan.waf, paranoiaLevel },
        this.within(),
      ).id;
    };
    this.firewalls = { "par-1": chain("par-1"), "par-2": chain("par-2") };
    this.registerOutputs({ id: this.id });
  }
}
