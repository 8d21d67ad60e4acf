/** A proof on one screen: the verdict first, then each violation with its packet, and what could not be decided. */
import { seconds } from "../terminal.ts";
import type { ProofReport, ProofUndetermined, Violation } from "./report.ts";

/** Violations and undetermined facts shown in full: the rest is counted, and `--json` has all of it. */
const shown = 8;

export function proofText(report: ProofReport): string {
  const { violations, undetermined, requiredFlowsPassed, pairs, lost } = report;
  const { failed, passed, required } = requiredFlowsPassed;
  const what = report.source === "states" ? "as deployed" : "as the next update would leave it";
  const without = lost.length === 0 ? "" : `, without ${lost.join(", ")}`;
  const open = violations.length > 0 || failed.length > 0;
  const verdict = open ? "DOES NOT HOLD" : undetermined.length > 0 ? "UNDETERMINED" : "HOLDS";
  const took = seconds(report.seconds.read + report.seconds.matrix);
  return [
    `${report.estate}, ${what}${without}: ${verdict}`,
    `  ${count(pairs, "pair")} decided in ${took}, IPv4 and IPv6; ${passed} of ${required} declared flows pass`,
    ...section("open, and declared by nobody", violations.map(violationText), violations.length),
    ...section(
      "declared, and not passing",
      failed.map((flow) => [flow]),
      failed.length,
    ),
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

function violationText({ from, to, packet, hops, rule }: Violation): string[] {
  return [`${from} → ${to}: ${packet}`, `  by ${hops.join(" → ")}`, `  let through by ${rule}`];
}

/** One line for facts of one property and reason: a stack that was never up misses hundreds of one kind. */
function grouped(undetermined: readonly ProofUndetermined[]): string[][] {
  const groups = Map.groupBy(undetermined, ({ property, why, stack }) => `${stack} ${property}: ${why}`);
  return [...groups].map(([text, members]) => {
    const [first] = members;
    const name = first?.resource.split("::").at(-1) ?? "";
    return [members.length === 1 ? `${name} ${text}` : `${text} (${name} and ${members.length - 1} more)`];
  });
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
