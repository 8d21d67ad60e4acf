/** `archipel diff`: what a change opens and closes, and who approved it. */
import type { Change } from "../../model/proof/difference.ts";
import { differenceOf } from "../../model/proof/difference.ts";
import type { Network } from "../../model/proof/network.ts";
import { seconds } from "../terminal.ts";
import type { Disruption } from "./disruptions.ts";
import type { ReportedDeclaration, ReportedHop } from "./explain.ts";
import { declarationOf, hopOf } from "./explain.ts";
import { count, few } from "./lines.ts";
import type { ReadNetwork } from "./networks.ts";
import { inSeconds, sourceText } from "./networks.ts";
import type { ReportedUnknown } from "./report.ts";
import { packetText, unknownOf } from "./words.ts";

export interface ReportedChange {
  readonly kind: Change["kind"];
  readonly from: string;
  readonly to: string;
  readonly family: 4 | 6;
  readonly services: readonly string[];
  /** One packet of it, as sent. */
  readonly packet: string;
  readonly hops: readonly ReportedHop[];
  /** Declarations that what is opened or widened comes under. */
  readonly approvedBy: readonly ReportedDeclaration[];
  /** Services of it that no declaration approves. */
  readonly unapproved: readonly string[];
}

export interface DiffReport {
  readonly estate: string;
  readonly from: string;
  readonly to: string;
  /** Nothing is opened or widened that no declaration approves, and nothing of what comes is unknown. */
  readonly held: boolean;
  readonly changes: readonly ReportedChange[];
  readonly undetermined: readonly ReportedUnknown[];
  /** What the update replaces, reinstalls or reboots; undefined where no preview was read. */
  readonly disruptions?: readonly Disruption[];
  readonly seconds: { readonly stacks: number; readonly read: number; readonly difference: number };
}

/** `after` is read with the estate whose declarations approve. */
export function diffNetworks(
  before: { readonly network: Network; readonly source: string },
  after: ReadNetwork,
): DiffReport {
  const began = performance.now();
  const { estate, declared, disruptions } = after;
  const { held, changes, undetermined } = differenceOf(before.network, after.network, declared);
  return {
    estate: estate.organisation.organisation,
    from: before.source,
    to: after.source,
    held,
    changes: changes.map(({ packet, hops, approvedBy, ...change }) => ({
      ...change,
      packet: packetText(packet),
      hops: hops.map(hopOf),
      approvedBy: approvedBy.map(declarationOf),
    })),
    undetermined: undetermined.map(unknownOf),
    ...(disruptions === undefined ? {} : { disruptions }),
    seconds: { ...after.seconds, difference: inSeconds(performance.now() - began) },
  };
}

/** Changes of a kind told; the rest is counted. */
const shown = 5;

const titles: Readonly<Record<Change["kind"], string>> = {
  opened: "opened: nothing passed before",
  widened: "widened: more passes than before",
  narrowed: "narrowed: less passes than before",
  closed: "closed: nothing passes any more",
};

export function diffText(report: DiffReport): string {
  const { estate, from, to, held, changes, undetermined } = report;
  const isSame = changes.length === 0 && (report.disruptions ?? []).length === 0;
  const verdict = held ? (isSame ? "NOTHING CHANGES" : "APPROVED") : "NOT APPROVED";
  const open = changes.filter(({ unapproved }) => unapproved.length > 0);
  const approved = changes.filter(({ unapproved }) => unapproved.length === 0);
  const kinds = Object.keys(titles) as Change["kind"][];
  return [
    `${estate}, ${sourceText(from)}, then ${sourceText(to)}: ${verdict}`,
    `  ${kinds.map((kind) => `${changes.filter((each) => each.kind === kind).length} ${kind}`).join(", ")}; compared in ${seconds(report.seconds.difference)}, IPv4 and IPv6`,
    ...section("opened or widened, and approved by nobody", open, unapprovedLines),
    ...kinds.flatMap((kind) =>
      section(
        titles[kind],
        approved.filter((each) => each.kind === kind),
        approvedLines,
      ),
    ),
    ...(undetermined.length === 0
      ? []
      : [
          "",
          `  ${undetermined.length} not known, so not taken for approved`,
          ...undetermined
            .slice(0, shown)
            .map(({ of, property, why }) => `    ${of.split("::").at(-1)}, ${property}: ${why}`),
        ]),
    ...disruptionLines(report.disruptions ?? []),
  ].join("\n");
}

function section(
  title: string,
  changes: readonly ReportedChange[],
  lines: (change: ReportedChange) => readonly string[],
): readonly string[] {
  if (changes.length === 0) return [];
  const more =
    changes.length > shown
      ? [`    and ${count(changes.length - shown, "pair")} more: --json has all of them`]
      : [];
  return ["", `  ${changes.length} ${title}`, ...changes.slice(0, shown).flatMap(lines), ...more];
}

function disruptionLines(disruptions: readonly Disruption[]): readonly string[] {
  if (disruptions.length === 0) return [];
  return [
    "",
    `  ${count(disruptions.length, "resource")} replaced, reinstalled or rebooted`,
    ...disruptions
      .slice(0, shown)
      .map(
        ({ kind, resource, type, because }) =>
          `    ${resource} (${type}), ${kind}${because.length === 0 ? "" : `: ${few(because, 4)}`}`,
      ),
    ...(disruptions.length > shown
      ? [`    and ${count(disruptions.length - shown, "resource")} more: --json has all of them`]
      : []),
  ];
}

function unapprovedLines({
  from,
  to,
  family,
  unapproved,
  packet,
  hops,
  kind,
}: ReportedChange): readonly string[] {
  const rule = hops.findLast(({ rules }) => rules.length > 0);
  return [
    `    ${from} → ${to}, IPv${family}, ${kind}: ${few(unapproved, 8)}`,
    `      such as ${packet}`,
    `      by ${hops.map(({ at }) => at).join(" → ") || "nothing: they are neighbours"}`,
    ...(rule === undefined ? [] : [`      let through by ${rule.at}: ${rule.rules.join("; ")}`]),
  ];
}

function approvedLines({
  from,
  to,
  family,
  services,
  packet,
  approvedBy,
  kind,
}: ReportedChange): readonly string[] {
  const told = `    ${from} → ${to}, IPv${family}: ${few(services, 8)}`;
  if (kind === "narrowed" || kind === "closed") return [told];
  const [first] = approvedBy;
  const more = approvedBy.length > 1 ? ` and ${approvedBy.length - 1} more` : "";
  const by =
    first === undefined ? "" : `      approved by ${first.key}, of ${first.declaredBy}: ${first.why}${more}`;
  return [told, `      such as ${packet}`, by];
}
