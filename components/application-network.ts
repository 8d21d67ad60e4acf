import type { ComponentResourceOptions, Output } from "@pulumi/pulumi";
import { Ip } from "@pulumiverse/scaleway/ipam/ip.js";
import { PrivateNetwork } from "@pulumiverse/scaleway/network/privateNetwork.js";
import type { PrivateNetworkPlan, ReservationPlan } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";
import type { Vpc } from "./vpc.ts";

export interface ApplicationNetworkArgs {
  /** A change of `name` or `tags` updates in place; `cidr` and `vpc` replace the network and every address in it. */
  readonly plan: PrivateNetworkPlan;
  /** Every address of the network. Changing an `address` replaces that reservation only. */
  readonly reservations: readonly ReservationPlan[];
  readonly region: string;
  readonly vpc: Vpc;
}

/**
 * A private network, regional, with every address of it booked.
 *
 * Creates:
 * 1. the private network, once both ACLs of its VPC drop; it takes no default route from a neighbour;
 * 2. one IPAM reservation an address. They are booked before anything attaches: else an attachment could take an address
 *    that was planned for something else, and whoever asks for it later is refused.
 *
 * Cost: free, except a bare-metal server's attachment (its option Private Network).
 */
export class ApplicationNetwork extends ArchipelComponent {
  readonly id: Output<string>;
  /** Regional ids by reservation key. */
  readonly reservations: Readonly<Record<string, Output<string>>>;

  constructor(args: ApplicationNetworkArgs, opts?: ComponentResourceOptions) {
    super("archipel:network:ApplicationNetwork", args.plan.key, opts);
    const { plan, region } = args;
    const network = new PrivateNetwork(
      this.key,
      {
        name: plan.name,
        region,
        vpcId: args.vpc.id,
        ipv4Subnet: { subnet: plan.cidr },
        enableDefaultRoutePropagation: false,
        tags: [...plan.tags],
      },
      this.within({ dependsOn: [...args.vpc.acls], deleteBeforeReplace: true }),
    );
    this.id = network.id;
    this.reservations = Object.fromEntries(
      args.reservations.map((reservation) => [
        reservation.key,
        new Ip(
          reservation.key,
          {
            address: reservation.address,
            isIpv6: false,
            region,
            sources: [{ privateNetworkId: network.id }],
            tags: [...reservation.tags],
          },
          this.within({ deleteBeforeReplace: true }),
        ).id,
      ]),
    );
    this.registerOutputs({ id: this.id });
  }
}
