/** A proof as SARIF 2.1.0, which code-review tools show beside a change. */
import type { ProofReport } from "./report.ts";

const rules = [
  {
    id: "undeclared-flow",
    shortDescription: { text: "Something passes that nobody declares" },
    help: { text: "Close the rule that is named, or declare the flow in the estate and have it reviewed." },
    defaultConfiguration: { level: "error" },
  },
  {
    id: "declared-flow-fails",
    shortDescription: { text: "A declared flow does not pass" },
    help: { text: "`archipel explain` lists all that would have to change." },
    defaultConfiguration: { level: "error" },
  },
  {
    id: "undetermined",
    shortDescription: { text: "Something that a verdict needs is not known" },
    help: { text: "Deploy or repair the resource that is named: what is not known is never taken for held." },
    defaultConfiguration: { level: "error" },
  },
] as const;

/** Plain data, to be written as JSON. */
export function sarifOf(report: ProofReport): unknown {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "archipel prove", rules } },
        automationDetails: { id: `archipel/${report.estate}/${report.source}` },
        results: findingsOf(report).map(({ rule, of, message }) => ({
          ruleId: rule,
          ruleIndex: rules.findIndex(({ id }) => id === rule),
          level: "error",
          message: { text: message },
          locations: [{ logicalLocations: [{ fullyQualifiedName: of }] }],
          partialFingerprints: { finding: `${rule} ${of}` },
        })),
      },
    ],
  };
}

export interface ReportFinding {
  readonly rule: (typeof rules)[number]["id"];
  /** What it is of: two places, a flow, a resource. */
  readonly of: string;
  readonly message: string;
}

/** Everything that keeps a proof from holding, one by one. */
export function findingsOf({
  violations,
  requiredFlowsFailed,
  undetermined,
}: ProofReport): readonly ReportFinding[] {
  return [
    ...violations.map(
      ({ from, to, family, packet, hops, rule, services }): ReportFinding => ({
        rule: "undeclared-flow",
        of: `${from} → ${to}${family === undefined ? "" : `, IPv${family}`}`,
        message: `${packet} passes by ${hops.join(" → ")}, let through by ${rule} (open: ${services.join(", ") || "any"})`,
      }),
    ),
    ...requiredFlowsFailed.map(
      ({ flow, from, to, ending }): ReportFinding => ({
        rule: "declared-flow-fails",
        of: flow,
        message: `from ${from} to ${to}: ${ending}`,
      }),
    ),
    ...undetermined.map(
      ({ of, property, why }): ReportFinding => ({
        rule: "undetermined",
        of,
        message: `${property}: ${why}`,
      }),
    ),
  ];
}
