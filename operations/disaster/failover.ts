/** Moves what only one zone may serve: `dr` is previewed, judged and taken up, and nothing else is touched. */
import { existsSync } from "node:fs";
import type { ZoneKey } from "../../model/estate/index.ts";
import { stackName } from "../../stacks/stack-names.ts";
import { type Deployment, describeSteps, policyPack, recoverIfNeeded, requireVerdicts } from "../deploy.ts";
import { ensureStack, estatePath, stateFile } from "../embedded/stacks.ts";
import { type Outcome, requireSuccess, runEngine, type Step } from "../engine/engine.ts";
import { VisibleError } from "../errors.ts";

/** What a switch may touch: the roles of writers, DNS records and Edge Services, each changed in place. */
const allowed = /^(command:remote:Command|scaleway:domain\/record:Record|scaleway:edgeservices\/\w+:\w+)$/;

/** Bookkeeping of the engine, which exists nowhere else. */
const bookkeeping = /^pulumi:(pulumi|providers):|^archipel:/;

export interface Switch {
  readonly to: ZoneKey;
  readonly outcome: Outcome;
  readonly seconds: { readonly plan: number; readonly switch: number };
}

/** Steps that a switch must not hold, explained; empty when it may go on. */
export function forbiddenSteps(steps: readonly Step[]): readonly string[] {
  return steps
    .filter(
      ({ op, type }) => !bookkeeping.test(type) && op !== "read" && (op !== "update" || !allowed.test(type)),
    )
    .map((step) => describeSteps({ steps: [step] }));
}

/**
 * Makes `to` the active zone. Calls nothing of the other zone, so that it works when that one is lost. Refuses, before
 * anything changes, a switch that would do more than update what is in the allow-list.
 */
export async function failover(deployment: Deployment, to: ZoneKey): Promise<Switch> {
  const { workspace, place, folder, estate, progress } = deployment;
  const stack = stackName(estate.organisation.organisation, "dr");
  const state = stateFile(workspace.environment.PULUMI_BACKEND_URL, stack);
  if (state !== undefined && !existsSync(state)) {
    throw new VisibleError(
      "stack-not-up",
      `${stack} was never deployed, so there is nothing to switch`,
      `Deploy it: npx archipel up ${estate.organisation.organisation}`,
    );
  }
  if (place === "embedded")
    await ensureStack(workspace, stack, { "archipel:estate": estatePath(workspace.world, folder) });
  await recoverIfNeeded(deployment, stack);
  const config = { "archipel:activeZone": to };

  const previewed = await progress.step(`plan the switch to ${to}`, async () => {
    const result = await runEngine(workspace, "preview", stack, { config, policyPack });
    requireSuccess(result, "previewing");
    requireVerdicts(result);
    const forbidden = forbiddenSteps(result.steps);
    if (forbidden.length > 0) {
      throw new VisibleError(
        "failover-refused",
        `the switch would do more than update what follows the active zone\n  ${forbidden.join("\n  ")}`,
        `Nothing was changed. See what dr has drifted to: npx pulumi preview -s ${stack} --diff`,
      );
    }
    return { result, summary: `${result.steps.length} updates, all allowed` };
  });

  const outcome = await progress.step(`switch to ${to}`, async (tell) => {
    const result = await runEngine(workspace, "up", stack, {
      config,
      onProgress: (done) => tell(`${done} resources`),
    });
    requireSuccess(result, "taking up");
    return { result, summary: `${result.steps.filter(({ op }) => op === "update").length} updated` };
  });
  return { to, outcome, seconds: { plan: previewed.seconds, switch: outcome.seconds } };
}
