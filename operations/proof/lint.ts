/** `archipel lint`: what is wrong with a network although nothing may be open by it yet. */
import { type Budget, checks, lint, type Severity } from "../../model/proof/lint/index.ts";
import { seconds } from "../terminal.ts";
import { count, table } from "./lines.ts";
import type { ReadNetwork } from "./networks.ts";
import { inSeconds, sourceText } from "./networks.ts";

export interface ReportedFinding {
  readonly check: string;
  readonly severity: Severity;
  /** Machine, VPC or declaration. */
  readonly at: string;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  readonly resource?: string;
}

export interface LintReport {
  readonly estate: string;
  readonly source: string;
  /** The day that it is judged by. */
  readonly today: string;
  /** No error; warnings are for somebody to look at. */
  readonly held: boolean;
  readonly findings: readonly ReportedFinding[];
  readonly budgets: readonly Budget[];
  readonly rules: number;
  readonly seconds: ReadNetwork["seconds"] & { readonly lint: number };
}

export function lintNetwork(
  { estate, declared, network, source, seconds: took }: ReadNetwork,
  today: string,
): LintReport {
  const began = performance.now();
  const { findings, budgets, rules } = lint(network, { ...declared, today });
  return {
    estate: estate.organisation.organisation,
    source,
    today,
    held: findings.every(({ severity }) => severity !== "error"),
    findings: findings.map((finding) => {
      const { why = "", remedy = "" } = checks.find(({ name }) => name === finding.check) ?? {};
      return { ...finding, why, remedy };
    }),
    budgets,
    rules,
    seconds: { ...took, lint: inSeconds(performance.now() - began) },
  };
}

/** Findings of a check told; the rest is counted. */
const shown = 6;

export function lintText(report: LintReport): string {
  const { estate, source, findings, budgets, rules, held } = report;
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const verdict =
    findings.length === 0 ? "CLEAN" : held ? "CLEAN, with warnings" : `${count(errors, "error")} FOUND`;
  const groups = [...Map.groupBy(findings, ({ check }) => check).values()];
  return [
    `${estate}, ${sourceText(source)}: ${verdict}`,
    `  ${checks.length} checks, ${count(rules, "rule")} of kernels, in ${seconds(report.seconds.lint)}: ${count(errors, "error")}, ${count(findings.length - errors, "warning")}`,
    `  ACL rules used: ${budgets.map(({ vpc, family, rules: used, limit }) => `${vpc} IPv${family} ${used}/${limit}`).join(", ")}`,
    ...groups.flatMap(groupLines),
  ].join("\n");
}

function groupLines(group: readonly ReportedFinding[]): readonly string[] {
  const [first] = group as [ReportedFinding, ...ReportedFinding[]];
  const rows = group.slice(0, shown).map(({ severity, at, what }) => [severity, at, what]);
  const more = group.length > shown ? [`    and ${group.length - shown} more: --json has all of them`] : [];
  return [
    "",
    `  ${first.check} (${group.length}): ${first.why}`,
    ...table(rows, "    "),
    ...more,
    `    → ${first.remedy}`,
  ];
}
