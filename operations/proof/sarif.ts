/** A proof as SARIF 2.1.0, which code-review tools show beside a change. */
import { createHash } from "node:crypto";
import type { Finding } from "./findings.ts";
import { findingsOf } from "./findings.ts";
import type { Locations } from "./locations.ts";
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
] as const satisfies readonly { readonly id: Finding["rule"]; readonly [property: string]: unknown }[];

/** Base of all URIs, as code-review tools call it. */
const root = "%SRCROOT%";

/** Plain data, to be written as JSON. */
export function sarifOf(report: ProofReport, locations: Locations): unknown {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "archipel prove", rules } },
        automationDetails: { id: `archipel/${report.estate}/${report.source}` },
        originalUriBaseIds: { [root]: { description: { text: "the root of the repository" } } },
        results: findingsOf(report).map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: rules.findIndex(({ id }) => id === finding.rule),
          level: "error",
          message: { text: `${finding.of}: ${finding.message}` },
          locations: [locationOf(finding, locations)],
          // The one that GitHub reads: without it, findings of one line are told apart by their order.
          partialFingerprints: { primaryLocationLineHash: fingerprintOf(finding) },
        })),
      },
    ],
  };
}

/** The declaration itself, else the nearest entity of the estate; and by name what the finding is of. */
function locationOf({ of, names, declaration }: Finding, locations: Locations): unknown {
  const { file, line, column } =
    (declaration && locations.declaration(declaration.declaredBy, declaration.key)) ?? locations.of(...names);
  return {
    physicalLocation: {
      artifactLocation: { uri: file.split("/").map(encodeURIComponent).join("/"), uriBaseId: root },
      region: { startLine: line, startColumn: column },
    },
    logicalLocations: [{ fullyQualifiedName: of }],
  };
}

/** The same as long as the finding is of the same, wherever it stands in a file and whatever packet shows it. */
function fingerprintOf({ rule, of }: Finding): string {
  return createHash("sha256").update(`${rule} ${of}`).digest("hex").slice(0, 32);
}
