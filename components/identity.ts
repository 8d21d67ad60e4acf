import type { ComponentResourceOptions, Input, Output } from "@pulumi/pulumi";
import { Application } from "@pulumiverse/scaleway/iam/application.js";
import { Policy } from "@pulumiverse/scaleway/iam/policy.js";
import { SshKey } from "@pulumiverse/scaleway/iam/sshKey.js";
import type { IdentityPlan } from "../model/plan/plan.ts";
import { ArchipelComponent } from "./archipel-component.ts";

export interface IdentityArgs {
  /**
   * Names, descriptions, permissions and tags update in place. A new public key replaces its SSH key; servers already installed keep
   * the old one until they are configured.
   */
  readonly plan: IdentityPlan;
  /** Project that every permission is limited to. */
  readonly projectId: Input<string>;
}

/**
 * Who may do what at Scaleway, and whose keys open a session.
 *
 * Creates:
 * 1. an IAM application a use, without any API key: keys are made by hand, so that no state holds one;
 * 2. a policy each, with its permission sets on the estate's project only;
 * 3. the SSH keys that servers are installed with.
 *
 * Cost: free.
 */
export class Identity extends ArchipelComponent {
  /** Plain ids by key. */
  readonly sshKeys: Readonly<Record<string, Output<string>>>;

  constructor(key: string, args: IdentityArgs, opts?: ComponentResourceOptions) {
    super("archipel:identity:Identity", key, opts);
    for (const plan of args.plan.applications) {
      const tags = [...plan.tags];
      const application = new Application(
        this.child(plan.key),
        { name: plan.name, description: plan.description, tags },
        this.within(),
      );
      new Policy(
        this.child(`${plan.key}-policy`),
        {
          name: plan.name,
          description: plan.description,
          applicationId: application.id,
          rules: [{ projectIds: [args.projectId], permissionSetNames: [...plan.permissionSets] }],
          tags,
        },
        this.within(),
      );
    }
    this.sshKeys = Object.fromEntries(
      args.plan.sshKeys.map((plan) => [
        plan.key,
        new SshKey(
          this.child(`ssh-key-${plan.key}`),
          { name: plan.name, publicKey: plan.publicKey, projectId: args.projectId },
          this.within(),
        ).id,
      ]),
    );
    this.registerOutputs({});
  }
}
