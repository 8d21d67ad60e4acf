import type { types } from "@pulumi/command/index.js";
import { Command } from "@pulumi/command/remote/command.js";
import type { ComponentResourceOptions, CustomResource, Input, Output, Resource } from "@pulumi/pulumi";
import { interpolate } from "@pulumi/pulumi";
import type { HostPlan } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";
import { type Foundation, fillAddresses } from "./foundation.ts";

type Connection = types.input.remote.ConnectionArgs;

/** Where an SSH server listens. */
export interface SshEndpoint {
  readonly host: Input<string>;
  readonly port: number;
  readonly user: string;
}

/** How a stack opens sessions. */
export interface SshAccess {
  /** OpenSSH private key, a secret. Changing it runs every host's configuration again, which changes nothing there. */
  readonly privateKey: Output<string>;
  /** The zone's bastion; absent for the bastion itself. */
  readonly bastion: SshEndpoint | undefined;
}

/** What tells the host which interface carries which private network: VLAN numbers on bare metal, MAC addresses on an Instance. */
export interface HostLinks {
  readonly kind: "vlans" | "macs";
  /** `pn-a=1201 pn-b=1202`, sorted by interface name. */
  readonly text: Input<string>;
}

export interface HostConfigurationArgs {
  /** Any change of `configure` runs on the host in place: nothing is replaced or rebooted. */
  readonly host: HostPlan;
  /** The server; when it is replaced, everything runs again on the new one. */
  readonly server: CustomResource;
  /** What the operating system was installed from; a reinstalled server starts again from its bootstrap. */
  readonly os: string;
  readonly links: HostLinks;
  readonly ssh: SshAccess;
  /** Address that `configure` goes to. */
  readonly address: Input<string>;
  /** Public address of a bare-metal server, the only one that answers before its VLANs are set. */
  readonly bootstrapAddress?: Input<string>;
  readonly foundation: Foundation;
  /** What must be configured before this host can be reached: the bastion, the pair that forwards to it, the egress services. */
  readonly after: readonly Resource[];
}

// A server may take ten minutes from "ready" at the API to an SSH server that answers; a refused dial is repeated within five seconds.
const firstBoot = { dialErrorLimit: 120, perDialTimeout: 10 };
// Afterwards the path is there, or a firewall pair is about to move: a minute or two settles which.
const settled = { dialErrorLimit: 24, perDialTimeout: 10 };

/**
 * Configures one host over SSH: the only component that runs commands on fleets.
 *
 * A host's script goes by `stdin`, so that a preview shows it; VLAN numbers and MAC addresses, which are outputs, go in the
 * command's own text. `update` is the same command as `create`, because without it a change would be a replacement; there are no
 * `triggers` (always a replacement) and no `delete` (a host that is gone cannot be spoken to).
 *
 * Creates:
 * 1. on bare metal, `…-bootstrap`: runs once, over the public address, while day 0 leaves port 22 to the bastions. Every later
 *    change of its inputs is ignored, since that door is shut afterwards; a replaced or reinstalled server opens it again;
 * 2. `…-configure`: over the private path through the pair, now and at each later change; it seals the public interface.
 *
 * Cost: free.
 */
export class HostConfiguration extends ArchipelComponent {
  /** Depend on this: the host is sealed and holds its present configuration. */
  readonly configured: Command;

  constructor(key: string, args: HostConfigurationArgs, opts?: ComponentResourceOptions) {
    super("archipel:servers:HostConfiguration", key, opts);
    const bootstrap =
      args.host.bootstrap === undefined || args.bootstrapAddress === undefined
        ? undefined
        : new Command(
            this.child("bootstrap"),
            {
              ...command(args, args.host.bootstrap),
              connection: connection(args, args.bootstrapAddress, firstBoot),
            },
            this.within({
              dependsOn: [args.server, ...args.after],
              ignoreChanges: ["connection", "create", "update", "stdin"],
              replaceWith: [args.server],
              replacementTrigger: args.os,
            }),
          );
    this.configured = new Command(
      this.child("configure"),
      {
        ...command(args, args.host.configure),
        connection: connection(args, args.address, bootstrap === undefined ? firstBoot : settled),
      },
      this.within({
        dependsOn: [bootstrap ?? args.server, ...args.after],
        replaceWith: [bootstrap ?? args.server],
      }),
    );
    this.registerOutputs({});
  }
}

function command({ links, foundation }: HostConfigurationArgs, script: string) {
  const variable = links.kind === "vlans" ? "ARCHIPEL_VLANS" : "ARCHIPEL_MACS";
  const run = interpolate`sudo env ${variable}='${links.text}' sh -s`;
  return {
    create: run,
    update: run,
    stdin: fillAddresses(script, foundation),
    // The output of one run is not the business of the next, and SSH servers refuse variables they do not know.
    addPreviousOutputInEnv: false,
    logging: "stderr",
  } as const;
}

function connection(args: HostConfigurationArgs, host: Input<string>, patience: typeof settled): Connection {
  const { privateKey, bastion } = args.ssh;
  return {
    host,
    port: args.host.port,
    user: args.host.user,
    privateKey,
    ...patience,
    ...(bastion === undefined ? {} : { proxy: { ...bastion, privateKey, ...patience } }),
  };
}
