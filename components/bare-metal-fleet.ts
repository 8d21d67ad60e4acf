import type { Command } from "@pulumi/command/remote/command.js";
import type { ComponentResourceOptions, Resource } from "@pulumi/pulumi";
import type { BareMetalPlan, FleetPlan } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";
import { BareMetalServer, type ServerContext } from "./bare-metal-server.ts";

export interface BareMetalFleetArgs {
  /** Members carry numbers of their own: adding or removing one touches no other. */
  readonly plan: Extract<FleetPlan, { kind: "bare-metal" }>;
  readonly context: ServerContext;
  /** What must be configured before a member can be. */
  readonly after: (member: BareMetalPlan) => readonly Resource[];
}

/**
 * The bare-metal servers of one workload in one zone.
 *
 * Creates one {@link BareMetalServer} a member.
 *
 * Cost: the members'.
 */
export class BareMetalFleet extends ArchipelComponent {
  readonly servers: Readonly<Record<string, BareMetalServer>>;
  readonly configured: readonly Command[];

  constructor(args: BareMetalFleetArgs, opts?: ComponentResourceOptions) {
    super("archipel:servers:BareMetalFleet", args.plan.key, opts);
    const { context } = args;
    this.servers = Object.fromEntries(
      args.plan.members.map((plan) => [
        plan.key,
        new BareMetalServer({ plan, context, after: args.after(plan) }, { parent: this }),
      ]),
    );
    this.configured = Object.values(this.servers).map((server) => server.configured);
    this.registerOutputs({});
  }
}
