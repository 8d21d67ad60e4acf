import type { ComponentResourceOptions, Output } from "@pulumi/pulumi";
import { Ip as InstanceIp } from "@pulumiverse/scaleway/instance/ip.js";
import { Ip as LoadBalancerIp } from "@pulumiverse/scaleway/loadbalancers/ip.js";
import { PublicGatewayIp } from "@pulumiverse/scaleway/network/publicGatewayIp.js";
import type { PublicAddressPlan } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";
import type { Protection } from "./foundation.ts";

export interface PublicAddressesArgs {
  /** `zone` and `kind` replace an address, which changes it for everybody who knows it; `tags` update in place. */
  readonly plan: readonly PublicAddressPlan[];
  readonly protection: Protection;
}

/** A public IPv4 and the id that attaches it. */
export interface PublicAddress {
  readonly id: Output<string>;
  readonly address: Output<string>;
}

/**
 * The estate's public IPv4 addresses, apart from what uses them: either zone knows the other's, `dr` needs no zonal stack, and a
 * server that is replaced keeps its address.
 *
 * Creates one address an entry, of the product that will hold it: no address moves between products or zones.
 *
 * Cost: about 0.004 € an hour each.
 */
export class PublicAddresses extends ArchipelComponent {
  readonly addresses: Readonly<Record<string, PublicAddress>>;

  constructor(key: string, args: PublicAddressesArgs, opts?: ComponentResourceOptions) {
    super("archipel:network:PublicAddresses", key, opts);
    const protect = args.protection === "on";
    this.addresses = Object.fromEntries(args.plan.map((plan) => [plan.key, this.#address(plan, protect)]));
    this.registerOutputs({});
  }

  #address(plan: PublicAddressPlan, protect: boolean): PublicAddress {
    const name = this.child(plan.key);
    const common = { zone: plan.zone, tags: [...plan.tags] };
    const opts = this.within({ protect });
    switch (plan.kind) {
      case "instance": {
        const ip = new InstanceIp(name, { ...common, type: "routed_ipv4" }, opts);
        return { id: ip.id, address: ip.address };
      }
      case "load-balancer": {
        const ip = new LoadBalancerIp(name, { ...common, isIpv6: false }, opts);
        return { id: ip.id, address: ip.ipAddress };
      }
      case "gateway": {
        const ip = new PublicGatewayIp(name, common, opts);
        return { id: ip.id, address: ip.address };
      }
    }
  }
}
