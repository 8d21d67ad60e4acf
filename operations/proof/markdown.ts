/** A difference for a merge request: what it opens, closes, replaces and reboots, in a screenful of Markdown that needs no other page. */
import { nameOf } from "../engine/engine.ts";
import type { DiffReport, ReportedChange } from "./diff.ts";
import type { Disruption } from "./disruptions.ts";
import { few } from "./lines.ts";
import { sourceText } from "./networks.ts";

/** Most of each that is shown: a comment of a merge request has a limit, and its reader too. */
const shown = { opens: 15, closes: 8, disruptions: 6, unknown: 5 } as const;
/** Longest name or text in a cell; resources may be called anything. */
const longest = 120;

export function diffMarkdown(report: DiffReport): string {
  const { estate, from, to, held, changes, undetermined } = report;
  const more = changes.filter(({ kind }) => kind === "opened" || kind === "widened");
  const less = changes.filter(({ kind }) => kind === "narrowed" || kind === "closed");
  const bad = more.filter(({ unapproved }) => unapproved.length > 0);
  const isSame = changes.length === 0 && (report.disruptions ?? []).length === 0;
  const verdict = held ? (isSame ? "nothing changes" : "approved") : "**not approved**";
  return [
    `### Archipel: flows of ${estate}: ${verdict}`,
    "",
    `${capital(sourceText(from))}, then ${sourceText(to)}: ${more.length} opened or widened (${bad.length} approved by nobody), ${less.length} closed or narrowed, ${undetermined.length} not known.`,
    ...disruptionLines(report.disruptions),
    ...tableOf(
      "Opens",
      shown.opens,
      ["from", "to", "IP", "what", "one packet", "approved by"],
      [...bad, ...more.filter((each) => !bad.includes(each))],
      openRow,
    ),
    ...tableOf("Closes", shown.closes, ["from", "to", "IP", "what"], less, closedRow),
    ...unknownLines(undetermined),
  ].join("\n");
}

function unknownLines(undetermined: DiffReport["undetermined"]): readonly string[] {
  if (undetermined.length === 0) return [];
  const texts = undetermined.map(({ of, property, why }) => cell(`${nameOf(of)}, ${property}: ${why}`));
  return ["", `**Not known:** ${few(texts, shown.unknown)}`];
}

/** A line a kind, since most updates have none. */
function disruptionLines(disruptions: readonly Disruption[] | undefined): readonly string[] {
  if (disruptions === undefined) return ["", "What is replaced or rebooted is told by a preview alone."];
  if (disruptions.length === 0) return ["", "Replaces, reinstalls and reboots nothing."];
  const titles: Readonly<Record<Disruption["kind"], string>> = {
    replaced: "Replaces",
    reinstalled: "Reinstalls, with new disks,",
    rebooted: "Reboots",
  };
  const kinds = Object.keys(titles) as Disruption["kind"][];
  return kinds.flatMap((kind) => {
    const all = disruptions.filter((each) => each.kind === kind);
    const texts = all.map(({ resource, type, because }) => {
      const why = because.length === 0 ? "" : `: ${few(because, 3)}`;
      return cell(`${resource} (${type}${why})`);
    });
    return all.length === 0
      ? []
      : ["", `**${titles[kind]} ${all.length}:** ${few(texts, shown.disruptions)}`];
  });
}

function tableOf(
  title: string,
  most: number,
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
    ...changes.slice(0, most).map((change) => line(row(change))),
    ...(changes.length > most ? ["", `and ${changes.length - most} more`] : []),
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
  const short = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return short.replaceAll(/[|<>`*_[\]\\]/g, (character) => `\\${character}`).replaceAll("\n", " ");
}
