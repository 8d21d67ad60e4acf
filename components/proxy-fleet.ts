import type { Command } from "@pulumi/command/remote/command.js";
import type { ComponentResourceOptions, Resource } from "@pulumi/pulumi";
import type { InstancePlan } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";
import type { ServerContext } from "./bare-metal-server.ts";
import { InstanceServer } from "./instance-server.ts";

export interface ProxyFleetArgs {
  /** Members carry numbers of their own: adding or removing one touches no other. */
  readonly plan: readonly InstancePlan[];
  readonly context: ServerContext;
  /** What must be configured before a member can be. */
  readonly after: (member: InstancePlan) => readonly Resource[];
}

/**
 * The reverse proxies of one zone, on `ingress` only: they end TLS, filter requests, and accept connections from the load
 * balancers alone.
 *
 * Creates one {@link InstanceServer} a member.
 *
 * Cost: the members'.
 */
export class ProxyFleet extends ArchipelComponent {
  readonly servers: Readonly<Record<string, InstanceServer>>;
  readonly configured: readonly Command[];

  constructor(key: string, args: ProxyFleetArgs, opts?: ComponentResourceOptions) {
    super("archipel:edge:ProxyFleet", key, opts);
    const { context } = args;
    this.servers = Object.fromEntries(
      args.plan.map((plan) => [
        plan.key,
        new InstanceServer({ plan, context, after: args.after(plan) }, { parent: this }),
      ]),
    );
    this.configured = Object.values(this.servers).map((server) => server.configured);
    this.registerOutputs({});
  }
}
