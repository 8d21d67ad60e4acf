/** Runs one stack's program of the tiny plan against mocks. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readContract } from "../../stacks/contracts.ts";
import { expectedFoundation } from "../../stacks/expected.ts";
import { sshKeysOf } from "../../stacks/operator-key.ts";
import type { StackRun } from "../../stacks/program.ts";
import type { StackKind } from "../../stacks/stack-names.ts";
import { tinyPlan } from "./tiny-plan.ts";

/** A deployed foundation, with an id and an address for every key. */
export const deployedFoundation = readContract(expectedFoundation(tinyPlan, sshKeysOf(tinyPlan)), {
  estate: "deployed",
  kind: "foundation",
  mode: "preview",
  provides: undefined,
}) as object;

/** Calls `use` with the environment of someone who holds a key. */
export async function withOperatorKey<Result>(
  use: (environment: NodeJS.ProcessEnv) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "archipel-key-"));
  try {
    const file = join(folder, "operator");
    writeFileSync(file, "PRIVATE KEY\n", { mode: 0o600 });
    writeFileSync(`${file}.pub`, "ssh-ed25519 AAAA somebody@somewhere\n");
    return await use({ ARCHIPEL_SSH_KEY_FILE: file });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A run of the tiny estate whose foundation is deployed. */
export function runOf(environment: NodeJS.ProcessEnv, changes: Partial<StackRun> = {}): StackRun {
  return {
    plan: tinyPlan,
    activeZone: "par-1",
    protection: "on",
    environment,
    upstream: async (kind: StackKind) => ({
      estate: "tiny",
      kind,
      mode: "update",
      provides: kind === "foundation" ? deployedFoundation : undefined,
    }),
    ...changes,
  };
}
