import type { ComponentResourceOptions, Output } from "@pulumi/pulumi";
import { Acl } from "@pulumiverse/scaleway/network/acl.js";
import { Vpc as ScalewayVpc } from "@pulumiverse/scaleway/network/vpc.js";
import type { VpcPlan } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";

export interface VpcArgs {
  /** A change of `name` or `tags` updates in place. */
  readonly plan: VpcPlan;
  /** Changing it replaces the VPC and all that is in it. */
  readonly region: string;
}

/**
 * A VPC that forwards nothing between its private networks.
 *
 * Creates:
 * 1. the VPC; its routing is always on and cannot be turned off (provider 2.80.0, vpc.go);
 * 2. an IPv4 ACL without rules whose default drops;
 * 3. the same for IPv6: every private network has an IPv6 /64, so an IPv4 ACL alone leaves IPv6 open.
 *
 * Cost: free.
 */
export class Vpc extends ArchipelComponent {
  readonly id: Output<string>;
  readonly projectId: Output<string>;
  /** Whatever attaches to the VPC depends on both, so that no instant is open. */
  readonly acls: readonly Acl[];

  constructor(args: VpcArgs, opts?: ComponentResourceOptions) {
    super("archipel:network:Vpc", args.plan.key, opts);
    const { plan, region } = args;
    const vpc = new ScalewayVpc(this.key, { name: plan.name, region, tags: [...plan.tags] }, this.within());
    this.acls = (["ipv4", "ipv6"] as const).map(
      (family) =>
        new Acl(
          this.child(`acl-${family}`),
          { vpcId: vpc.id, region, isIpv6: family === "ipv6", defaultPolicy: "drop", rules: [] },
          // The provider's delete sets the IPv4 default to `accept`, whichever family is deleted: the ACL goes with its VPC instead.
          this.within({ retainOnDelete: true }),
        ),
    );
    this.id = vpc.id;
    this.projectId = vpc.projectId;
    this.registerOutputs({ id: this.id });
  }
}
