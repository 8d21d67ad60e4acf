/** Everything that keeps a proof from holding, one by one, for the formats that list it. */
import { nameOf } from "../engine/engine.ts";
import type { ProofReport } from "./report.ts";

export interface Finding {
  readonly rule: "undeclared-flow" | "declared-flow-fails" | "undetermined";
  /** What it is of: two places, a flow between two machines, a property of a resource. No two of a rule are alike. */
  readonly of: string;
  readonly message: string;
  /** Names that the estate may explain it by, the best first. */
  readonly names: readonly string[];
  /** The declaration that it is about. */
  readonly declaration?: { readonly key: string; readonly declaredBy: string };
}

export function findingsOf({
  violations,
  requiredFlowsFailed,
  undetermined,
}: ProofReport): readonly Finding[] {
  const all = [
    ...violations.map(
      ({ from, to, family, packet, hops, rule, services }): Finding => ({
        rule: "undeclared-flow",
        of: `${from} → ${to}${family === undefined ? "" : `, IPv${family}`}`,
        message: `${packet} passes by ${hops.join(" → ")}, let through by ${rule} (open: ${services.join(", ") || "any"})`,
        // A flow is declared where it comes from. After a place that is reached stands its receiver: `payroll (payroll-db-par-1-1)`.
        names: [from, to.split(" ", 1)[0] ?? to],
      }),
    ),
    ...requiredFlowsFailed.map(
      ({ flow, declaration, declaredBy, from, to, ending }): Finding => ({
        rule: "declared-flow-fails",
        of: `${flow}, from ${from} to ${to}`,
        message: `from ${from} to ${to}: ${ending}`,
        names: [...(declaredBy === undefined ? [] : [declaredBy]), from, to],
        ...(declaration === undefined || declaredBy === undefined
          ? {}
          : { declaration: { key: declaration, declaredBy } }),
      }),
    ),
    ...undetermined.map(
      ({ of, property, why, scope }): Finding => ({
        rule: "undetermined",
        of: `${of}, ${property}`,
        message: `${property}: ${why}`,
        names: [...of.split(" → ").map(nameOf), ...(scope === undefined ? [] : [scope])],
      }),
    ),
  ];
  // A flow that two declarations ask for fails once.
  return [...Map.groupBy(all, ({ rule, of }) => `${rule} ${of}`).values()].map(([first]) => first as Finding);
}
