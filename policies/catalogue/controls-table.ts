/** The page docs/controls.md: points of the texts, the policies that speak for each, and what those are tried on. */
import { cases } from "./cases.ts";
import {
  type ControlId,
  type Coverage,
  controls,
  entryOf,
  type Framework,
  frameworks,
  type PolicyName,
  packNames,
  packs,
  policyNames,
} from "./index.ts";

const intro = `# Points of the texts, and the policies that speak for them

Generated from \`policies/catalogue\`; a test keeps it fresh. A policy that passes is evidence for a point, never the point itself: people,
procedures and what runs elsewhere are in no program. **Full**: all that the point asks of a configuration is shown; **partial**: some of
it; **evidence only**: what a person declared, which no resource can contradict; **none**: no policy speaks for it here, the proof, drills or
people do.
`;

const order: readonly Coverage[] = ["full", "partial", "evidence only"];

/** @param forAnyone number of policies that judge a program without an estate */
export function controlsPage(forAnyone: number): string {
  return [
    intro,
    "## Texts\n",
    ...Object.entries(frameworks).map(([key, title]) => `- ${headings[key as Framework]}: ${title}`),
    "",
    "## Points\n",
    `| point | what it asks | shown | policies | tried on | ${Object.values(headings).join(" | ")} |`,
    `| --- | --- | --- | --- | --- |${" --- |".repeat(Object.keys(headings).length)}`,
    ...(Object.keys(controls) as ControlId[]).map(pointRow),
    "",
    "## Policies\n",
    `${policyNames.length} policies, ${forAnyone} of which judge any program of @pulumiverse/scaleway, with or without an estate. Checks for Scaleway`,
    "elsewhere, counted in their sources of August 2026: Checkov 0, Trivy 0, Prowler 1.\n",
    "| pack | policy | severity | what must hold | cases | mutants | points |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...packNames.flatMap((pack) =>
      (Object.keys(packs[pack]) as PolicyName[]).map((name) => policyRow(pack, name)),
    ),
    "",
  ].join("\n");
}

const headings: Readonly<Record<Framework, string>> = {
  cir: "CIR 2024/2690",
  recyf: "RECYF",
  hygiene: "ANSSI hygiène",
  administration: "ANSSI PA-022, Internet",
  iso27001: "ISO 27001",
  secnumcloud: "SecNumCloud",
};

function pointRow(id: ControlId): string {
  const { asks, references } = controls[id] as {
    readonly asks: string;
    readonly references: Readonly<Partial<Record<Framework, string>>>;
  };
  const speaking = policyNames.filter((name) => entryOf(name).controls[id] !== undefined);
  const shown = order.find((coverage) => speaking.some((name) => entryOf(name).controls[id] === coverage));
  const columns = [
    id,
    asks,
    shown ?? "none",
    speaking.map((name) => `\`${name}\` (${entryOf(name).controls[id]})`).join(", "),
    speaking.length === 0 ? "" : triedOn(speaking),
    ...(Object.keys(headings) as Framework[]).map((framework) => references[framework] ?? ""),
  ];
  return `| ${columns.join(" | ")} |`;
}

function triedOn(names: readonly PolicyName[]): string {
  const sum = (of: (name: PolicyName) => number): number =>
    names.reduce((total, name) => total + of(name), 0);
  return `${sum((name) => cases[name])} cases, ${sum(mutantsOf)} mutants`;
}

function mutantsOf(name: PolicyName): number {
  return Object.keys(entryOf(name).mutants).length;
}

function policyRow(pack: string, name: PolicyName): string {
  const { severity, what, controls: points } = entryOf(name);
  const columns = [
    pack,
    `\`${name}\``,
    severity,
    what,
    cases[name],
    mutantsOf(name),
    Object.keys(points).join(", "),
  ];
  return `| ${columns.join(" | ")} |`;
}
