/** The key that this run opens its sessions with. */
import { readFileSync } from "node:fs";
import { type Output, secret } from "@pulumi/pulumi";
import type { IdentityPlan, Plan } from "../model/plan/plan.ts";
import { StackInputError } from "./load-estate.ts";

const variable = "ARCHIPEL_SSH_KEY_FILE";
const operator = "operator";

/** Keys of every SSH key that `foundation` provides: the plan's, and that of whoever deploys. */
export function sshKeysOf(plan: Plan): readonly string[] {
  return [...plan.foundation.identity.sshKeys.map(({ key }) => key), operator];
}

/** The public half of the key that stacks open sessions with, as the identity registers it. */
export function operatorKey(estate: string, environment: NodeJS.ProcessEnv): IdentityPlan["sshKeys"][number] {
  // Without its comment: who made it is nobody's business.
  const publicKey = readKey(environment, ".pub").trim().split(/\s+/).slice(0, 2).join(" ");
  return { key: operator, name: `${estate}-${operator}`, publicKey };
}

/**
 * The private key, as a secret: encrypted in the state, absent from previews and logs.
 * Throws {@link StackInputError} when the variable is not set or its file cannot be read.
 */
export function operatorPrivateKey(environment: NodeJS.ProcessEnv): Output<string> {
  return secret(readKey(environment, ""));
}

function readKey(environment: NodeJS.ProcessEnv, suffix: string): string {
  const file = environment[variable];
  const help = `  → export ${variable}=<path of an OpenSSH private key>, with its public key beside it in <path>.pub`;
  if (file === undefined || file === "") {
    throw new StackInputError(
      `STACK-004: ${variable} is not set, and hosts are configured over SSH.\n${help}`,
    );
  }
  try {
    return readFileSync(`${file}${suffix}`, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new StackInputError(
      `STACK-005: the key of ${variable} cannot be read: ${file}${suffix} (${reason}).\n${help}`,
    );
  }
}
