import { Command } from "@pulumi/command/remote/command.js";
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { ZoneKey } from "../model/estate/estate.ts";
import type { WriterGroupPlan } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";
import type { SshAccess } from "./host-configuration.ts";

export interface WriterGroupArgs {
  /** A change of a host's address or port tells the active member its role again, in place. */
  readonly plan: WriterGroupPlan;
  /** Zone whose member writes; a change runs the command on that zone's member, in place. */
  readonly activeZone: ZoneKey;
  /** Through the active zone's bastion. */
  readonly ssh: SshAccess;
}

// A drill has 300 s in all: a member that does not answer within half a minute is a finding, not something to wait for.
const patience = { dialErrorLimit: 6, perDialTimeout: 5 };

// Written beside the file and moved over it: whoever reads it sees one role or the other, never half a word.
const takeRole = `set -eu
umask 022
mkdir -p /etc/archipel
printf 'active\\n' > /etc/archipel/role.next
mv /etc/archipel/role.next /etc/archipel/role
`;

/**
 * The members of a workload that holds data with one writer.
 *
 * Creates one command that tells the active zone's member to take the writer's role. It only ever speaks to the zone that serves:
 * nobody can reach into a zone that is cut off, whose former writer stops by itself when its lease runs out. `update` does the
 * same as `create`; there are no `triggers` and no `delete`, so a switch is an update and never speaks to the lost zone.
 *
 * Cost: free.
 */
export class WriterGroup extends ArchipelComponent {
  constructor(args: WriterGroupArgs, opts?: ComponentResourceOptions) {
    super("archipel:recovery:WriterGroup", args.plan.key, opts);
    const { address, user, port } = args.plan.hosts[args.activeZone];
    const { privateKey, bastion } = args.ssh;
    new Command(
      this.child("role"),
      {
        create: "sudo sh -s",
        update: "sudo sh -s",
        stdin: takeRole,
        connection: {
          host: address,
          port,
          user,
          privateKey,
          ...patience,
          ...(bastion === undefined ? {} : { proxy: { ...bastion, privateKey, ...patience } }),
        },
        addPreviousOutputInEnv: false,
        logging: "stderr",
      },
      this.within(),
    );
    this.registerOutputs({});
  }
}
