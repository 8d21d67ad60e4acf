/** What a command that deploys starts from. */

import { type StackKind, stackKinds } from "../../stacks/stack-names.ts";
import { type Deployment, type Operation, runStacks } from "../deploy.ts";
import { type Place, placeOf } from "../embedded/environment.ts";
import { startSimulator } from "../embedded/simulator-process.ts";
import { openWorkspace } from "../embedded/workspace.ts";
import { type World, worldAt } from "../embedded/world.ts";
import type { Outcome } from "../engine/engine.ts";
import { VisibleError } from "../errors.ts";
import { requireEstate } from "../estates.ts";
import { Progress } from "../terminal.ts";

/**
 * Reads an estate and makes the place ready that it is deployed in. In the embedded world the simulated Scaleway is started,
 * granted what the estate says Scaleway grants, and said to be.
 */
export async function openDeployment(
  reference: string,
  options: { readonly world?: World; readonly place?: Place; readonly progress?: Progress } = {},
): Promise<Deployment> {
  const { folder, estate } = requireEstate(reference);
  const world = options.world ?? worldAt();
  const place = options.place ?? placeOf(world, process.env);
  const progress = options.progress ?? new Progress();
  const say = (line: string): void => progress.line(`  ${line}`);
  if (place === "embedded") {
    const { quotas, assumptions } = estate.organisation;
    const { started, url } = await startSimulator(world, { quotas, assumptions });
    if (started === "now") say(`simulated Scaleway started at ${url}`);
  }
  const workspace = await openWorkspace(world, place, say);
  return { workspace, place, folder, estate, progress };
}

/** The kind of stack that a reader typed after `--stack`: its kind or its whole name. */
export function stackKindOf(text: string | undefined): StackKind | undefined {
  if (text === undefined) return undefined;
  const kind = stackKinds.find((each) => text === each || text.endsWith(`.${each}`));
  if (kind !== undefined) return kind;
  throw new VisibleError("stack-unknown", `there is no stack ${text}`, `Stacks: ${stackKinds.join(", ")}`);
}

/** One operation on an estate, from its name to the outcomes. */
export async function runOperation(
  reference: string,
  operation: Operation,
  stack: string | undefined,
): Promise<readonly Outcome[]> {
  const kind = stackKindOf(stack);
  return runStacks(await openDeployment(reference), operation, kind);
}
