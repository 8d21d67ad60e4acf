import type { Command } from "@pulumi/command/remote/command.js";
import {
  type ComponentResourceOptions,
  type Input,
  type Output,
  output,
  type Resource,
} from "@pulumi/pulumi";
import { Server } from "@pulumiverse/scaleway/elasticmetal/server.js";
import type { BareMetalPlan, LegPlan } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";
import { type Foundation, fillAddresses, type Protection } from "./foundation.ts";
import { HostConfiguration, type SshAccess } from "./host-configuration.ts";

/** The bare-metal API's ids of what the plan calls by name, in the stack's zone. */
export interface BareMetalCatalogue {
  readonly offer: (name: string) => Input<string>;
  readonly os: (name: string) => Input<string>;
}

/** What every server of a stack is given. */
export interface ServerContext {
  readonly foundation: Foundation;
  readonly ssh: SshAccess;
  readonly protection: Protection;
  readonly catalogue: BareMetalCatalogue;
}

export interface BareMetalServerArgs {
  /**
   * `offer` and `zone` replace the server; `os` reinstalls it, which loses its disks; `legs` attach and detach in place; `name` and `tags`
   * update in place; `cloudInit` is stored and read at a reboot that nothing here asks for; `host` runs over SSH in place.
   */
  readonly plan: BareMetalPlan;
  readonly context: ServerContext;
  /** What must be configured before this host can be. */
  readonly after: readonly Resource[];
}

// The option that a server must have before it attaches; the provider refuses attachments without this very id (2.80.0, helpers.go).
const privateNetworkOption = "cd4158d7-2d65-49be-8803-c4b8ab6f760c";

/**
 * A bare-metal server, closed from its first boot and configured over SSH.
 *
 * Creates:
 * 1. the server with its option Private Network, its legs at their booked addresses, and day 0 as cloud-init. It is on the
 *    internet by default and has no security group: only its own nftables closes it;
 * 2. its host configuration: bootstrap over the public address, then the private path for good.
 *
 * Cost: the offer's, and the option's (9.99 to 29.99 € a month by the size of the network card).
 */
export class BareMetalServer extends ArchipelComponent {
  readonly id: Output<string>;
  readonly configured: Command;

  constructor(args: BareMetalServerArgs, opts?: ComponentResourceOptions) {
    super("archipel:servers:BareMetalServer", args.plan.key, opts);
    const { plan } = args;
    const { foundation, ssh, protection, catalogue } = args.context;
    const locked = plan.data === "stateful" && protection === "on";
    const server = new Server(
      this.key,
      {
        name: plan.name,
        hostname: plan.name,
        zone: plan.zone,
        offer: catalogue.offer(plan.offer),
        os: catalogue.os(plan.os),
        sshKeyIds: [...foundation.sshKeyIds()],
        options: [{ id: `${plan.zone}/${privateNetworkOption}` }],
        privateNetworks: plan.legs.map((leg) => attachment(leg, foundation)),
        cloudInit: fillAddresses(plan.cloudInit, foundation),
        protected: locked,
        tags: [...plan.tags],
      },
      // The booked addresses are attached to the old server: the new one cannot have them before it is gone.
      this.within({ protect: locked, deleteBeforeReplace: true, customTimeouts: { create: "90m" } }),
    );
    this.id = server.id;
    const host = new HostConfiguration(
      this.child("host"),
      {
        host: plan.host,
        server,
        os: plan.os,
        links: { kind: "vlans", text: vlans(server, plan.legs, foundation) },
        ssh,
        address: plan.host.address,
        bootstrapAddress: server.ipv4s.apply((addresses) => addresses[0]?.address ?? ""),
        foundation,
        after: args.after,
      },
      { parent: this },
    );
    this.configured = host.configured;
    this.registerOutputs({ id: this.id });
  }
}

function attachment(leg: LegPlan, foundation: Foundation) {
  return {
    id: foundation.privateNetworkId(leg.privateNetwork),
    ipamIpIds: [foundation.reservationId(leg.reservation)],
  };
}

/** `interface=vlan` of every leg: numbers that Scaleway chooses at attachment, different on each server. */
function vlans(server: Server, legs: readonly LegPlan[], foundation: Foundation): Output<string> {
  return output(server.privateNetworks).apply((attached) => {
    const byNetwork = new Map((attached ?? []).map(({ id, vlan }) => [uuidOf(id), vlan]));
    return legs
      .map((leg) => ({
        ...leg,
        vlan: byNetwork.get(uuidOf(foundation.privateNetworkId(leg.privateNetwork))),
      }))
      .map((leg) => {
        if (leg.vlan === undefined) throw new Error(`Scaleway gave no VLAN number for ${leg.privateNetwork}`);
        return `${leg.interface}=${leg.vlan}`;
      })
      .sort()
      .join(" ");
  });
}

function uuidOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}
