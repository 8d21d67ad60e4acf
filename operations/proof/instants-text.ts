/** A replay on one screen: the verdict, its figures, then what was open first. */
import { seconds } from "../terminal.ts";
import type { InstantsReport } from "./instants.ts";

/** Findings shown in full: the rest is counted, and `--json` has all of it. */
const shown = 8;

export function instantsText(report: InstantsReport): string {
  const { estate, after, entries, instants, open, undetermined, differences, compared, dayZero } = report;
  const unknown = undetermined.length + differences.length > 0;
  const verdict = report.held
    ? "NOTHING UNDECLARED WAS EVER OPEN"
    : open.length > 0
      ? "SOMETHING WAS OPEN"
      : entries === 0
        ? "NOTHING TO REPLAY"
        : unknown
          ? "UNDETERMINED"
          : "";
  const from = after === 0 ? "" : ` after entry ${after}`;
  return [
    `${estate}, at every instant${from}: ${verdict}`,
    `  ${entries.toLocaleString("en")} entries replayed, ${instants.toLocaleString("en")} instants proved in ${seconds(report.seconds)}, IPv4 and IPv6`,
    ...(compared === 0
      ? []
      : [`  compared with the whole proof after ${compared} entries: ${differences.length} differences`]),
    ...(dayZero.length === 0
      ? []
      : [`  still answering the bastions on their public address: ${dayZero.join(", ")}`]),
    ...section(
      "open, and declared by nobody",
      open.map(({ from: sender, to, packet, hops, rule, ...at }) => [
        atText(at),
        `  ${sender} → ${to}: ${packet}`,
        `  by ${hops.join(" → ")}`,
        `  let through by ${rule}`,
      ]),
    ),
    ...section(
      "not known, so not taken for held",
      undetermined.map(({ of, property, why, ...at }) => [atText(at), `  ${of}, ${property}: ${why}`]),
    ),
    ...section(
      "not as the whole proof says",
      differences.map(({ sequence, only, finding }) => [`after entry ${sequence}, only ${only}: ${finding}`]),
    ),
  ].join("\n");
}

function atText({
  sequence,
  until,
  entry,
}: {
  readonly sequence: number;
  readonly until?: number;
  readonly entry: string;
}): string {
  return `from entry ${sequence}${until === undefined ? ", to this day" : ` to ${until}`}: ${entry}`;
}

function section(title: string, items: readonly (readonly string[])[]): string[] {
  if (items.length === 0) return [];
  return [
    "",
    `  ${items.length} ${title}`,
    ...items.slice(0, shown).flatMap((lines) => lines.map((line) => `    ${line}`)),
    ...(items.length > shown ? [`    and ${items.length - shown} more: --json has all of them`] : []),
  ];
}
