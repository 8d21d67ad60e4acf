/** A proof on one screen: the verdict first, then each violation with its packet, and what could not be decided. */
import { seconds } from "../terminal.ts";
import { count } from "./lines.ts";
import { sourceText } from "./networks.ts";
import type { ProofReport, ReportedFailure, ReportedUnknown, ReportedViolation } from "./report.ts";

/** Violations and undetermined facts shown in full: the rest is counted, and `--json` has all of it. */
const shown = 8;

export function proofText(report: ProofReport): string {
  const { violations, undetermined, requiredFlowsPassed, requiredFlowsFailed, pairs, lost } = report;
  const what = sourceText(report.source);
  const without = lost.length === 0 ? "" : `, without ${lost.join(", ")}`;
  const open = violations.length > 0 || requiredFlowsFailed.length > 0;
  const verdict = report.held ? "HOLDS" : open ? "DOES NOT HOLD" : "UNDETERMINED";
  const took = seconds(report.seconds.read + report.seconds.matrix);
  return [
    `${report.estate}, ${what}${without}: ${verdict}`,
    `  ${count(pairs, "pair")} decided in ${took}, IPv4 and IPv6; ${count(requiredFlowsPassed, "declared flow")} tried and found to pass`,
    ...section("open, and declared by nobody", violations.map(violationText), violations.length),
    ...section("declared, and not passing", requiredFlowsFailed.map(failureText), requiredFlowsFailed.length),
    ...section("not known, so not taken for held", grouped(undetermined), undetermined.length),
  ].join("\n");
}

function section(title: string, items: readonly (readonly string[])[], total: number): string[] {
  if (total === 0) return [];
  const more = items.length > shown ? [`    and ${items.length - shown} more: --json has all of them`] : [];
  return [
    "",
    `  ${total} ${title}`,
    ...items.slice(0, shown).flatMap((lines) => lines.map((line) => `    ${line}`)),
    ...more,
  ];
}

function violationText({ from, to, packet, hops, rule, services }: ReportedViolation): string[] {
  const more =
    services.length === 0
      ? ""
      : ` (open: ${services.slice(0, 6).join(", ")}${services.length > 6 ? ", …" : ""})`;
  return [`${from} → ${to}: ${packet}${more}`, `  by ${hops.join(" → ")}`, `  let through by ${rule}`];
}

function failureText({ flow, from, to, ending }: ReportedFailure): string[] {
  return [`${flow}, from ${from} to ${to}: ${ending}`];
}

/** One line for facts of one property and reason: a stack that was never up misses hundreds of one kind. */
function grouped(undetermined: readonly ReportedUnknown[]): string[][] {
  const groups = Map.groupBy(undetermined, ({ property, why }) => `${property}: ${why}`);
  return [...groups].map(([text, members]) => {
    const name = members[0]?.of.split("::").at(-1) ?? "";
    return [members.length === 1 ? `${name}, ${text}` : `${text} (${name} and ${members.length - 1} more)`];
  });
}
