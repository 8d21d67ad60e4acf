import type { ComponentResourceOptions, Output } from "@pulumi/pulumi";
import { GatewayNetwork } from "@pulumiverse/scaleway/network/gatewayNetwork.js";
import { PublicGateway as ScalewayPublicGateway } from "@pulumiverse/scaleway/network/publicGateway.js";
import type { GatewayPlan } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";
import type { Foundation } from "./foundation.ts";

export interface PublicGatewayArgs {
  /** `type` upgrades in place, `name` and `tags` update; `zone`, `publicAddress` and `reservation` replace, which cuts egress meanwhile. */
  readonly plan: GatewayPlan;
  readonly foundation: Foundation;
}

/**
 * A zone's way out: it translates what the edge pair sends from `egress`.
 *
 * Creates:
 * 1. the public gateway on its booked address. Its own bastion stays off: that one would import every key of the project and
 *    accept any source;
 * 2. its attachment to `egress`, with masquerading and no default route pushed: hosts take no route from DHCP.
 *
 * Cost: the type's.
 */
export class PublicGateway extends ArchipelComponent {
  readonly id: Output<string>;
  /** What leaves the zone depends on this. */
  readonly attachment: GatewayNetwork;

  constructor(args: PublicGatewayArgs, opts?: ComponentResourceOptions) {
    super("archipel:network:PublicGateway", args.plan.key, opts);
    const { plan, foundation } = args;
    const gateway = new ScalewayPublicGateway(
      this.key,
      {
        name: plan.name,
        zone: plan.zone,
        type: plan.type,
        ipId: foundation.publicAddress(plan.publicAddress).id,
        bastionEnabled: false,
        enableSmtp: false,
        tags: [...plan.tags],
      },
      this.within({ deleteBeforeReplace: true }),
    );
    this.id = gateway.id;
    this.attachment = new GatewayNetwork(
      this.child(plan.privateNetwork),
      {
        gatewayId: gateway.id,
        privateNetworkId: foundation.privateNetworkId(plan.privateNetwork),
        zone: plan.zone,
        enableMasquerade: true,
        ipamConfigs: [{ pushDefaultRoute: false, ipamIpId: foundation.reservationId(plan.reservation) }],
      },
      this.within({ deleteBeforeReplace: true }),
    );
    this.registerOutputs({ id: this.id });
  }
}
