/** The main job, from nothing to a rehearsed loss of a zone, on the embedded world. Run again, it goes on where it stopped. */
import { type Deployment, requireClean, runStacks } from "../deploy.ts";
import type { Outcome } from "../engine/engine.ts";
import { seconds } from "../terminal.ts";
import { type DrillEvidence, drill, requirePassed, restoreZones } from "./drill.ts";
import { writeEvidence } from "./evidence.ts";

export interface Demonstration {
  readonly estate: string;
  readonly up: readonly Outcome[];
  readonly preview: readonly Outcome[];
  readonly evidence: DrillEvidence;
  readonly files: { readonly json: string; readonly markdown: string };
  readonly seconds: { readonly up: number; readonly preview: number; readonly drill: number };
}

/** Deploys, previews (nothing to change), loses the active zone, switches, switches back. Leaves everything deployed. */
export async function demonstrate(deployment: Deployment): Promise<Demonstration> {
  const { estate, progress, workspace } = deployment;
  const before = performance.now();
  await restoreZones(deployment);
  const up = await runStacks(deployment, "up");
  const deployed = performance.now();
  const preview = await runStacks(deployment, "preview");
  requireClean(preview);
  const previewed = performance.now();
  const evidence = await drill(deployment, estate.organisation.activeZone);
  const files = writeEvidence(workspace.world, evidence);
  requirePassed(evidence, files.markdown);
  progress.line("");
  return {
    estate: estate.organisation.organisation,
    up,
    preview,
    evidence,
    files,
    seconds: {
      up: (deployed - before) / 1000,
      preview: (previewed - deployed) / 1000,
      drill: (performance.now() - previewed) / 1000,
    },
  };
}

/** The last lines of a demonstration. */
export function renderDemonstration({
  estate,
  up,
  preview,
  evidence,
  files,
  seconds: took,
}: Demonstration): string {
  const resources = preview.reduce((sum, { same }) => sum + same, 0);
  const changed = up.reduce((sum, { steps }) => sum + steps.length, 0);
  const [, there, , , back] = evidence.steps;
  return [
    `${estate} is deployed: ${resources} resources in ${preview.length} stacks`,
    `  up: ${changed} changes in ${seconds(took.up)}; preview right after: nothing to change, ${seconds(took.preview)}`,
    `  ${evidence.lost} lost: ${evidence.survivor} active and verified after ${seconds(evidence.recoverySeconds)} (switch ${seconds(there?.seconds ?? 0)}, ${evidence.switchUpdates} updates)`,
    `  while it was lost: ${evidence.calls.all} calls, ${evidence.calls.toLostZone.length} of them to the lost zone; back in ${seconds(back?.seconds ?? 0)}`,
    `  evidence: ${files.markdown}`,
    "It stays deployed. npx archipel local stop ends the simulated Scaleway, local start brings it back as it was.",
  ].join("\n");
}
