/** What a drill leaves for whoever was not there: the same facts as JSON and as a page of Markdown. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { World } from "../embedded/world.ts";
import type { DrillEvidence } from "./drill.ts";

/** Writes both files and returns their paths; names sort by time. */
export function writeEvidence(
  world: World,
  evidence: DrillEvidence,
): { readonly json: string; readonly markdown: string } {
  mkdirSync(world.evidence, { recursive: true, mode: 0o700 });
  const stamp = evidence.startedAt.replaceAll(/[-:]|\.\d+/g, "");
  const base = join(world.evidence, `${stamp}-${evidence.estate}-lose-${evidence.lost}`);
  const json = `${base}.json`;
  const markdown = `${base}.md`;
  writeFileSync(json, `${JSON.stringify(evidence, undefined, 2)}\n`, { mode: 0o600 });
  writeFileSync(markdown, renderEvidence(evidence), { mode: 0o600 });
  return { json, markdown };
}

/** The page of Markdown. */
export function renderEvidence(evidence: DrillEvidence): string {
  const { calls } = evidence;
  return [
    `# Drill: ${evidence.estate} loses ${evidence.lost}`,
    "",
    `Started ${evidence.startedAt}. Verdict: **${evidence.verdict}**. From the loss to the verified switch: **${evidence.recoverySeconds} s**.`,
    "",
    `While ${evidence.lost} was lost, ${calls.all} calls were made, ${calls.toLostZone.length} of them to it. The switch updated ${evidence.switchUpdates} resources, the way back ${evidence.backUpdates}; nothing was created, replaced or deleted unless a fault below says so.`,
    ...(evidence.faults.length === 0
      ? []
      : ["", "Faults:", "", ...evidence.faults.map((fault) => `- ${fault}`)]),
    "",
    "| step | started | seconds | mark |",
    "| --- | --- | ---: | --- |",
    ...evidence.steps.map(
      ({ step, startedAt, seconds, mark }) => `| ${step} | ${startedAt} | ${seconds} | ${mark} |`,
    ),
    "",
    "| name | leads to | verdict |",
    "| --- | --- | --- |",
    ...evidence.names.map(
      ({ name, addresses, verdict }) => `| ${name} | ${addresses.join(", ")} | ${verdict} |`,
    ),
    "",
    "| writers | member of the survivor | verdict |",
    "| --- | --- | --- |",
    ...evidence.writers.map(({ group, server, verdict }) => `| ${group} | ${server} | ${verdict} |`),
    "",
    "| application | recovery | target (s) | measured (s) | verdict |",
    "| --- | --- | ---: | ---: | --- |",
    ...evidence.applications.map(
      (each) =>
        `| ${each.application} | ${each.recovery} | ${each.targetSeconds} | ${each.measuredSeconds} | ${each.verdict} |`,
    ),
    "",
    "Seconds are measured on the simulated Scaleway: machines do not boot there, and DNS caches of clients are not in them.",
    "",
  ].join("\n");
}
