import type { Command } from "@pulumi/command/remote/command.js";
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import { ArchipelComponent } from "./archipel-component.ts";
import { BareMetalServer, type BareMetalServerArgs } from "./bare-metal-server.ts";

/**
 * A bare-metal server that carries guests of one trust class.
 *
 * Creates one {@link BareMetalServer}: a leg with an address on its own network, and one without any on each guest network, where
 * it bridges and never forwards. Guests are configured on the host, they are no resources at Scaleway.
 *
 * Cost and changes: as a bare-metal server's.
 */
export class Hypervisor extends ArchipelComponent {
  readonly server: BareMetalServer;
  readonly configured: Command;

  constructor(args: BareMetalServerArgs, opts?: ComponentResourceOptions) {
    super("archipel:servers:Hypervisor", args.plan.key, opts);
    this.server = new BareMetalServer(args, { parent: this });
    this.configured = this.server.configured;
    this.registerOutputs({});
  }
}
