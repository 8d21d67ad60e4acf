/** `archipel failover|drill|demo`. */
import type { Command } from "commander";
import { type ZoneKey, zoneKeys } from "../../model/estate/index.ts";
import { demonstrate, renderDemonstration } from "../disaster/demo.ts";
import { drill, requirePassed } from "../disaster/drill.ts";
import { renderEvidence, writeEvidence } from "../disaster/evidence.ts";
import { failover } from "../disaster/failover.ts";
import { VisibleError } from "../errors.ts";
import { seconds } from "../terminal.ts";
import { openDeployment } from "./context.ts";

function zoneOf(text: string): ZoneKey {
  const zone = zoneKeys.find((each) => each === text);
  if (zone !== undefined) return zone;
  throw new VisibleError("zone-unknown", `there is no zone ${text}`, `Zones: ${zoneKeys.join(", ")}`);
}

export function addDisasterCommands(program: Command): void {
  program
    .command("failover")
    .description("make a zone the active one; calls nothing of the other, which may be lost")
    .argument("<estate>", "a name of estates/, or a folder")
    .requiredOption("--to <zone>", "the zone that takes over: par-1 or par-2")
    .action(async (reference: string, options: { to: string }) => {
      const to = zoneOf(options.to);
      const { outcome, seconds: took } = await failover(await openDeployment(reference), to);
      const updated = outcome.steps.filter(({ op }) => op === "update").length;
      process.stdout.write(`${to} is active: ${updated} updates, ${seconds(took.plan + took.switch)}\n`);
    });

  program
    .command("drill")
    .description(
      "rehearse the loss of a zone on the simulated Scaleway: lose, switch, verify, restore, switch back",
    )
    .argument("<estate>", "a name of estates/, or a folder")
    .requiredOption("--lose <zone>", "the zone to lose: par-1 or par-2")
    .action(async (reference: string, options: { lose: string }) => {
      const lost = zoneOf(options.lose);
      const deployment = await openDeployment(reference, { place: "embedded" });
      const evidence = await drill(deployment, lost);
      const files = writeEvidence(deployment.workspace.world, evidence);
      process.stdout.write(`${renderEvidence(evidence)}\nKept in ${files.json} and ${files.markdown}\n`);
      requirePassed(evidence, files.markdown);
    });

  program
    .command("demo")
    .description(
      "deploy, preview again, lose a zone, switch and switch back: without an account, at full size",
    )
    .argument("[estate]", "a name of estates/, or a folder", "guadeloupe")
    .action(async (reference: string) => {
      const result = await demonstrate(await openDeployment(reference, { place: "embedded" }));
      process.stdout.write(`${renderDemonstration(result)}\n`);
    });
}
