/** An explanation on one screen: the verdict, who declares it, each kind of way with its decisions. */
import type {
  ExplanationReport,
  ReportedDeclaration,
  ReportedHop,
  ReportedStop,
  ReportedWay,
} from "./explain.ts";
import { count, table } from "./lines.ts";
import { sourceText } from "./networks.ts";

/** Kinds of ways told in full; the rest is counted. */
const shown = 6;

const how: Readonly<Record<ReportedWay["by"], string>> = {
  honest: "by the sender's own routes and rules",
  router: "past the sender's rules, by the router of the VPC",
  neighbour: "past the sender's rules, by a neighbour",
  internet: "from the internet",
  tunnel: "out of a tunnel",
};

export function explanationText(report: ExplanationReport): string {
  const { estate, source, from, to, service, verdict, declarations, ways } = report;
  const passing = ways.filter(({ passes }) => passes);
  const told = passing.length > 0 ? passing : ways;
  const others = ways.length - told.length;
  return [
    `${estate}, ${sourceText(source)}: ${from} → ${to} ${service}: ${verdict.replaceAll("-", " ").toUpperCase()}`,
    ...declarationLines(declarations, verdict, report.held),
    ...told.slice(0, shown).flatMap(wayLines),
    ...(told.length > shown
      ? ["", `  and ${count(told.length - shown, "kind")} of ways more: --json has all of them`]
      : []),
    ...(others > 0 ? ["", `  ${count(others, "other kind")} of ways stopped: --json tells by what`] : []),
    ...(ways.length === 0
      ? ["  no packet leads from the one to the other: they have no address of the same family, or no way"]
      : []),
  ].join("\n");
}

function declarationLines(
  declarations: readonly ReportedDeclaration[],
  verdict: ExplanationReport["verdict"],
  held: boolean,
): readonly string[] {
  if (declarations.length === 0) {
    const open = held ? ": neighbours on one network meet whatever is declared" : ", and open: a violation";
    return [`  declared by nobody${verdict === "allowed" ? open : ""}`];
  }
  return [
    ...declarations
      .slice(0, shown)
      .map(
        ({ key, declaredBy, why, owner, expires }) =>
          `  declared: ${key}, by ${declaredBy}: ${why} (owner ${owner}${expires === undefined ? "" : `, until ${expires}`})`,
      ),
    ...(declarations.length > shown ? [`  and ${declarations.length - shown} declarations more`] : []),
  ];
}

function wayLines(way: ReportedWay): readonly string[] {
  const alike = way.alike === 1 ? "" : `; ${way.alike} ways alike, one of them`;
  const answers = way.answers.filter(
    ({ ending }, index, all) => all.findIndex((each) => each.ending === ending) === index,
  );
  return [
    "",
    `  IPv${way.family} ${how[way.by]}: ${way.passes ? "passes" : "stopped"}${alike}`,
    `    ${way.packet}`,
    ...(way.passes
      ? [...table(way.hops.map(hopCells), "    "), `    ${way.ending}`]
      : ["    would have to change:", ...table(stops(way.stoppedBy), "      ")]),
    ...(way.passes
      ? answers.map(({ hops, ending }) => `    answer by ${hops.map(({ at }) => at).join(" → ")}: ${ending}`)
      : []),
  ];
}

function hopCells({ layer, at, incoming, rules }: ReportedHop, index: number): readonly string[] {
  const decided = rules.length === 0 ? "no rule of its own" : rules.join("; ");
  return [`${index + 1}`, layer, incoming === undefined ? at : `${at} (${incoming})`, decided];
}

/** Members of a pair that stop it by the same rule are one line. */
function stops(all: readonly ReportedStop[]): readonly (readonly string[])[] {
  const groups = Map.groupBy(all, ({ kind, layer, rule }) => `${kind} ${layer ?? ""} ${rule}`);
  return [...groups.values()].map((group) => {
    const [first] = group as [ReportedStop, ...ReportedStop[]];
    const names = [...new Set(group.map(({ at }) => at))];
    const at =
      names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
    return [first.layer ?? first.kind.replaceAll("-", " "), at, first.rule];
  });
}
