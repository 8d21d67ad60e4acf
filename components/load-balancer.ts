import type { ComponentResourceOptions, Output, Resource } from "@pulumi/pulumi";
import { Backend } from "@pulumiverse/scaleway/loadbalancers/backend.js";
import { Frontend } from "@pulumiverse/scaleway/loadbalancers/frontend.js";
import { LoadBalancer as ScalewayLoadBalancer } from "@pulumiverse/scaleway/loadbalancers/loadBalancer.js";
import type { BackendPlan, LoadBalancerPlan } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";
import type { Foundation } from "./foundation.ts";

export interface LoadBalancerArgs {
  /**
   * `type` migrates in place, `backends` and their checks update in place; a frontend that changes backend is replaced; `zone`,
   * `publicAddress` and `reservation` replace the load balancer and all that hangs from it.
   */
  readonly plan: LoadBalancerPlan;
  readonly foundation: Foundation;
  /** Proxies that must be configured before the first connection comes in. */
  readonly after: readonly Resource[];
}

/**
 * A zone's load balancer: TCP only, one leg, the proxies of both zones behind it.
 *
 * Creates:
 * 1. the load balancer on the address that `foundation` booked, with its one private network at its booked address (two
 *    applications' networks on it would be a bridge between them);
 * 2. a backend a port, PROXY protocol v2, checked every few seconds: the provider's own defaults are a minute;
 * 3. a frontend a public port.
 *
 * Cost: the type's.
 */
export class LoadBalancer extends ArchipelComponent {
  readonly id: Output<string>;
  /** Zonal ids by frontend key. */
  readonly frontends: Readonly<Record<string, Output<string>>>;

  constructor(args: LoadBalancerArgs, opts?: ComponentResourceOptions) {
    super("archipel:edge:LoadBalancer", args.plan.key, opts);
    const { plan, foundation } = args;
    const balancer = new ScalewayLoadBalancer(
      this.key,
      {
        name: plan.name,
        zone: plan.zone,
        type: plan.type,
        // With `ipIds` it has no other address; the provider refuses `assignFlexibleIp` beside it, even `false` (2.80.0, lb.go).
        ipIds: [foundation.publicAddress(plan.publicAddress).id],
        privateNetworks: [
          {
            privateNetworkId: foundation.privateNetworkId(plan.privateNetwork),
            ipamIds: foundation.reservationId(plan.reservation),
          },
        ],
        sslCompatibilityLevel: "ssl_compatibility_level_modern",
        tags: [...plan.tags],
      },
      this.within({ deleteBeforeReplace: true }),
    );
    this.id = balancer.id;
    const backends = new Map(plan.backends.map((backend) => [backend.key, this.#backend(backend, balancer)]));
    this.frontends = Object.fromEntries(
      plan.frontends.map((frontend) => {
        const backend = backends.get(frontend.backend);
        if (backend === undefined)
          throw new Error(`frontend ${frontend.key} names no backend of ${plan.key}: ${frontend.backend}`);
        const resource = new Frontend(
          this.child(`frontend-${frontend.key}`),
          {
            name: frontend.name,
            lbId: balancer.id,
            backendId: backend.id,
            inboundPort: frontend.inboundPort,
            // As long as a backend's own: left out, the provider sees a change of it at each run.
            timeoutClient: "5m",
          },
          // Two frontends cannot listen on one port.
          this.within({ dependsOn: [...args.after], deleteBeforeReplace: true }),
        );
        return [frontend.key, resource.id];
      }),
    );
    this.registerOutputs({ id: this.id });
  }

  #backend(plan: BackendPlan, balancer: ScalewayLoadBalancer): Backend {
    const { port, delaySeconds, timeoutSeconds, maxRetries } = plan.healthCheck;
    return new Backend(
      this.child(`backend-${plan.key}`),
      {
        name: plan.name,
        lbId: balancer.id,
        forwardProtocol: "tcp",
        forwardPort: plan.forwardPort,
        proxyProtocol: "v2",
        serverIps: [...plan.serverAddresses],
        healthCheckPort: port,
        healthCheckDelay: `${delaySeconds}s`,
        healthCheckTimeout: `${timeoutSeconds}s`,
        healthCheckMaxRetries: maxRetries,
        healthCheckTcp: {},
        // Sessions of a proxy that died would else hang until their time-out of five minutes.
        onMarkedDownAction: "shutdown_sessions",
      },
      this.within(),
    );
  }
}
