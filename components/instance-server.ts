import type { Command } from "@pulumi/command/remote/command.js";
import { all, type ComponentResourceOptions, type Output, type Resource } from "@pulumi/pulumi";
import { PrivateNic } from "@pulumiverse/scaleway/instance/privateNic.js";
import { SecurityGroup } from "@pulumiverse/scaleway/instance/securityGroup.js";
import { Server } from "@pulumiverse/scaleway/instance/server.js";
import type { InstancePlan, SecurityRulePlan } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";
import type { ServerContext } from "./bare-metal-server.ts";
import { type Foundation, fillAddresses } from "./foundation.ts";
import { HostConfiguration } from "./host-configuration.ts";
import { imageOf } from "./images.ts";

export interface InstanceServerArgs {
  /**
   * `zone` and `os` replace the server; `offer` stops, migrates and starts it; `legs` add and remove private NICs in place; a leg's `reservation`
   * replaces its NIC; `securityGroup`, `name`, `tags` and `publicAddress` update in place; `cloudInit` is stored as user data, read at
   * first boot only; `host` runs over SSH in place.
   */
  readonly plan: InstancePlan;
  readonly context: Omit<ServerContext, "catalogue">;
  /** What must be configured before this host can be. */
  readonly after: readonly Resource[];
}

/**
 * An Instance without a public address unless the plan gives it one.
 *
 * Creates:
 * 1. a security group that drops in both directions but for the plan's rules. It filters the public interface only: a private
 *    network is blind to it, so the host's own nftables does the rest;
 * 2. the server, in that group from its creation;
 * 3. a private NIC a leg, at its booked address;
 * 4. its host configuration, over the private path; over its public address for a bastion.
 *
 * Cost: the type's, and the root volume's.
 */
export class InstanceServer extends ArchipelComponent {
  readonly id: Output<string>;
  readonly configured: Command;

  constructor(args: InstanceServerArgs, opts?: ComponentResourceOptions) {
    super("archipel:servers:InstanceServer", args.plan.key, opts);
    const { plan } = args;
    const { foundation, ssh, protection } = args.context;
    const locked = plan.data === "stateful" && protection === "on";
    const address =
      plan.publicAddress === undefined ? undefined : foundation.publicAddress(plan.publicAddress);
    const group = this.#securityGroup(plan, foundation);
    const server = new Server(
      this.key,
      {
        name: plan.name,
        zone: plan.zone,
        type: plan.offer,
        image: imageOf("instance", plan.os),
        securityGroupId: group.id,
        enableDynamicIp: false,
        // Said, since the provider takes an unsaid state as it finds it: a server that a killed run never started would stay off.
        state: "started",
        ...(address === undefined ? {} : { ipIds: [address.id] }),
        cloudInit: fillAddresses(plan.cloudInit, foundation),
        protected: locked,
        tags: [...plan.tags],
      },
      // Its public address and its NICs' addresses are booked for one holder at a time.
      this.within({ protect: locked, deleteBeforeReplace: true }),
    );
    this.id = server.id;
    const nics = this.#privateNics(plan, server, foundation);
    const direct = ssh.bastion === undefined;
    const host = new HostConfiguration(
      this.child("host"),
      {
        host: plan.host,
        server,
        os: plan.os,
        links: { kind: "macs", text: macs(nics) },
        ssh,
        address: direct && address !== undefined ? address.address : plan.host.address,
        foundation,
        after: [...nics.map(({ nic }) => nic), ...args.after],
      },
      { parent: this },
    );
    this.configured = host.configured;
    this.registerOutputs({ id: this.id });
  }

  #securityGroup(plan: InstancePlan, foundation: Foundation): SecurityGroup {
    const rules = (list: readonly SecurityRulePlan[]) =>
      list.map(({ protocol, portRange, ipRange }) => ({
        action: "accept",
        protocol,
        ipRange: fillAddresses(ipRange, foundation),
        ...(portRange === undefined ? {} : { portRange }),
      }));
    return new SecurityGroup(
      this.child("security-group"),
      {
        name: plan.securityGroup.name,
        zone: plan.zone,
        stateful: true,
        inboundDefaultPolicy: "drop",
        outboundDefaultPolicy: "drop",
        inboundRules: rules(plan.securityGroup.inbound),
        outboundRules: rules(plan.securityGroup.outbound),
        enableDefaultSecurity: true,
        tags: [...plan.securityGroup.tags],
      },
      this.within(),
    );
  }

  #privateNics(plan: InstancePlan, server: Server, foundation: Foundation): readonly NamedNic[] {
    return plan.legs.map((leg) => ({
      interface: leg.interface,
      nic: new PrivateNic(
        this.child(leg.privateNetwork),
        {
          serverId: server.id,
          privateNetworkId: foundation.privateNetworkId(leg.privateNetwork),
          zone: plan.zone,
          ipamIpIds: [foundation.reservationId(leg.reservation)],
          tags: [...plan.tags],
        },
        this.within({ deleteBeforeReplace: true }),
      ),
    }));
  }
}

interface NamedNic {
  readonly interface: string;
  readonly nic: PrivateNic;
}

/** `interface=mac` of every leg. */
function macs(nics: readonly NamedNic[]): Output<string> {
  return all(nics.map(({ nic }) => nic.macAddress)).apply((addresses) =>
    nics
      .map((named, index) => `${named.interface}=${addresses[index]}`)
      .sort()
      .join(" "),
  );
}
