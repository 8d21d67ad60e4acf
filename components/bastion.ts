import type { Command } from "@pulumi/command/remote/command.js";
import type { ComponentResourceOptions, Output } from "@pulumi/pulumi";
import type { InstancePlan } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";
import type { ServerContext } from "./bare-metal-server.ts";
import type { Foundation } from "./foundation.ts";
import type { SshAccess, SshEndpoint } from "./host-configuration.ts";
import { InstanceServer } from "./instance-server.ts";

export interface BastionArgs {
  /** Changes: as an Instance's. `host.port` moves the door in place. */
  readonly plan: InstancePlan;
  readonly context: Omit<ServerContext, "catalogue" | "ssh">;
  readonly privateKey: SshAccess["privateKey"];
}

/**
 * The one door of a zone: every session on a host of the zone goes through it.
 *
 * Creates one {@link InstanceServer} with a public address, by key only, configured over that address because nothing is in front
 * of it. Created before all that it opens to.
 *
 * Cost: the Instance's.
 */
export class Bastion extends ArchipelComponent {
  readonly id: Output<string>;
  readonly configured: Command;

  constructor(args: BastionArgs, opts?: ComponentResourceOptions) {
    super("archipel:servers:Bastion", args.plan.key, opts);
    const ssh = { privateKey: args.privateKey, bastion: undefined };
    const server = new InstanceServer(
      { plan: args.plan, context: { ...args.context, ssh }, after: [] },
      { parent: this },
    );
    this.id = server.id;
    this.configured = server.configured;
    this.registerOutputs({ id: this.id });
  }
}

/** Where a bastion listens. Needs no resource of its zone: `dr` uses it when that zone's API is gone. */
export function bastionEndpoint(plan: InstancePlan, foundation: Foundation): SshEndpoint {
  if (plan.publicAddress === undefined)
    throw new Error(`the bastion ${plan.key} has no public address in the plan`);
  return {
    host: foundation.publicAddress(plan.publicAddress).address,
    port: plan.host.port,
    user: plan.host.user,
  };
}
