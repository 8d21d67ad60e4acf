import type { Command } from "@pulumi/command/remote/command.js";
import type { ComponentResourceOptions, Resource } from "@pulumi/pulumi";
import type { FleetPlan, InstancePlan } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";
import type { ServerContext } from "./bare-metal-server.ts";
import { InstanceServer } from "./instance-server.ts";

export interface InstanceFleetArgs {
  /** Members carry numbers of their own: adding or removing one touches no other. */
  readonly plan: Extract<FleetPlan, { kind: "instance" }>;
  readonly context: ServerContext;
  /** What must be configured before a member can be. */
  readonly after: (member: InstancePlan) => readonly Resource[];
}

/**
 * The Instances of one workload in one zone.
 *
 * Creates one {@link InstanceServer} a member.
 *
 * Cost: the members'.
 */
export class InstanceFleet extends ArchipelComponent {
  readonly servers: Readonly<Record<string, InstanceServer>>;
  readonly configured: readonly Command[];

  constructor(args: InstanceFleetArgs, opts?: ComponentResourceOptions) {
    super("archipel:servers:InstanceFleet", args.plan.key, opts);
    const { context } = args;
    this.servers = Object.fromEntries(
      args.plan.members.map((plan) => [
        plan.key,
        new InstanceServer({ plan, context, after: args.after(plan) }, { parent: this }),
      ]),
    );
    this.configured = Object.values(this.servers).map((server) => server.configured);
    this.registerOutputs({});
  }
}
