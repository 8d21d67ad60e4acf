import type { Command } from "@pulumi/command/remote/command.js";
import type { ComponentResourceOptions, Output, Resource } from "@pulumi/pulumi";
import type { BareMetalPlan, InstancePlan } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";
import { BareMetalServer, type ServerContext } from "./bare-metal-server.ts";
import { InstanceServer } from "./instance-server.ts";

export interface FirewallMemberArgs {
  /**
   * Segmentation members are bare metal, edge and access members Instances. Rules, addresses and routes change in place, over
   * SSH, without a reboot; a leg more is attached in place.
   */
  readonly plan: BareMetalPlan | InstancePlan;
  readonly context: ServerContext;
  /** What must be configured before this host can be: the bastion. */
  readonly after: readonly Resource[];
}

/**
 * One zone's member of a firewall pair. The pair itself is no resource: its other member lives in the other zone's stack, and both
 * know each other from the plan; its addresses move between them by VRRP, without any API call.
 *
 * Creates one {@link BareMetalServer} or {@link InstanceServer}, reached from the bastion on the admin network.
 *
 * Cost: the server's.
 */
export class FirewallMember extends ArchipelComponent {
  readonly id: Output<string>;
  /** Whatever is reached through the pair depends on this. */
  readonly configured: Command;

  constructor(args: FirewallMemberArgs, opts?: ComponentResourceOptions) {
    super("archipel:servers:FirewallMember", args.plan.key, opts);
    const { plan, context, after } = args;
    const server =
      plan.kind === "bare-metal"
        ? new BareMetalServer({ plan, context, after }, { parent: this })
        : new InstanceServer({ plan, context, after }, { parent: this });
    this.id = server.id;
    this.configured = server.configured;
    this.registerOutputs({ id: this.id });
  }
}
