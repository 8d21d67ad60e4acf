/** A proof as JUnit's XML, which every CI shows: one test a finding that fails, and one that passes for what holds. */
import type { Finding } from "./findings.ts";
import { findingsOf } from "./findings.ts";
import type { ProofReport } from "./report.ts";

const suites: Readonly<Record<Finding["rule"], string>> = {
  "undeclared-flow": "nothing passes that nobody declares",
  "declared-flow-fails": "every declared flow passes",
  undetermined: "everything that a verdict needs is known",
};

export function junitOf(report: ProofReport): string {
  const findings = findingsOf(report);
  const took = (report.seconds.read + report.seconds.matrix).toFixed(3);
  const kinds = Object.keys(suites) as Finding["rule"][];
  const written = kinds.map((kind) =>
    suite(
      kind,
      findings.filter(({ rule }) => rule === kind),
      `archipel.${report.estate}`,
    ),
  );
  const tests = kinds.reduce(
    (sum, kind) => sum + Math.max(1, findings.filter(({ rule }) => rule === kind).length),
    0,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escaped(`archipel prove ${report.estate}`)}" tests="${tests}" failures="${findings.length}" errors="0" time="${took}">`,
    ...written,
    "</testsuites>",
  ].join("\n");
}

function suite(kind: Finding["rule"], findings: readonly Finding[], classname: string): string {
  const attributes = `tests="${Math.max(1, findings.length)}" failures="${findings.length}" errors="0" skipped="0"`;
  const cases = findings.map(({ of, message }) =>
    [
      `    <testcase name="${escaped(of)}" classname="${escaped(classname)}">`,
      // Some readers show the attribute, others the text.
      `      <failure message="${escaped(message)}" type="${kind}">${escaped(message)}</failure>`,
      "    </testcase>",
    ].join("\n"),
  );
  const passing = `    <testcase name="${escaped(suites[kind])}" classname="${escaped(classname)}"></testcase>`;
  return [
    `  <testsuite name="${escaped(suites[kind])}" ${attributes}>`,
    ...(cases.length > 0 ? cases : [passing]),
    "  </testsuite>",
  ].join("\n");
}

/** Characters that XML 1.0 has no way to write are left out. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll(/[\t\n\r]/g, " ");
}
