/** A difference for a merge request: what it opens and closes, in a screenful of Markdown that needs no other page. */
import type { DiffReport, ReportedChange } from "./diff.ts";
import { few } from "./lines.ts";
import { sourceText } from "./networks.ts";

/** Rows of a table; a comment of a merge request has a limit, and its reader too. */
const shown = 15;

export function diffMarkdown(report: DiffReport): string {
  const { estate, from, to, held, changes, undetermined } = report;
  const more = changes.filter(({ kind }) => kind === "opened" || kind === "widened");
  const less = changes.filter(({ kind }) => kind === "narrowed" || kind === "closed");
  const bad = more.filter(({ unapproved }) => unapproved.length > 0);
  const verdict = changes.length === 0 && held ? "nothing changes" : held ? "approved" : "**not approved**";
  return [
    `### Archipel: flows of ${estate}: ${verdict}`,
    "",
    `${capital(sourceText(from))}, then ${sourceText(to)}: ${more.length} opened or widened (${bad.length} approved by nobody), ${less.length} closed or narrowed, ${undetermined.length} not known.`,
    ...tableOf(
      "Opens",
      ["from", "to", "IP", "what", "one packet", "approved by"],
      [...bad, ...more.filter((each) => !bad.includes(each))],
      openRow,
    ),
    ...tableOf("Closes", ["from", "to", "IP", "what"], less, closedRow),
    ...(undetermined.length === 0
      ? []
      : [
          "",
          `**Not known:** ${undetermined
            .slice(0, 5)
            .map(({ of, property, why }) => cell(`${of.split("::").at(-1)}, ${property}: ${why}`))
            .join("; ")}`,
        ]),
  ].join("\n");
}

function tableOf(
  title: string,
  head: readonly string[],
  changes: readonly ReportedChange[],
  row: (change: ReportedChange) => readonly string[],
): readonly string[] {
  if (changes.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    "",
    `#### ${title}`,
    "",
    line(head),
    line(head.map(() => "---")),
    ...changes.slice(0, shown).map((change) => line(row(change))),
    ...(changes.length > shown ? ["", `and ${changes.length - shown} more`] : []),
  ];
}

function openRow({
  from,
  to,
  family,
  services,
  unapproved,
  packet,
  approvedBy,
}: ReportedChange): readonly string[] {
  const by = few(
    approvedBy.map(({ key, owner }) => `${key} (${owner})`),
    1,
  );
  const approval = unapproved.length === 0 ? cell(by) : `**nobody**: ${cell(few(unapproved, 4))}`;
  return [cell(from), cell(to), `v${family}`, cell(few(services, 4)), `\`${packet}\``, approval];
}

function closedRow({ from, to, family, services }: ReportedChange): readonly string[] {
  return [cell(from), cell(to), `v${family}`, cell(few(services, 4))];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Names come from an estate, which is reviewed, and from resources, which may not be. */
function cell(text: string): string {
  return text.replaceAll(/[|<>`*_[\]\\]/g, (character) => `\\${character}`).replaceAll("\n", " ");
}
