/** What keeps a proof from holding, as the page tells it: a title, and lines that show it. */
import type { Permission } from "../../../model/proof/permissions.ts";
import type { FailedFlow, Proof } from "../../../model/proof/prove.ts";
import { count } from "../lines.ts";
import type { Proved } from "../prove.ts";
import { failureOf, unknownOf, violationOf } from "../words.ts";

export interface Finding {
  readonly kind: "violated" | "failed" | "undetermined";
  /** Names of the two places, where it is about two. */
  readonly from?: string;
  readonly to?: string;
  readonly title: string;
  readonly lines: readonly string[];
}

/** Violations first, then what is declared and does not pass, then what is not known. */
export function findingsOf({ proof, permissions }: Proved): readonly Finding[] {
  const failures = Map.groupBy(proof.requiredFlowsFailed, ({ permission }) => permission);
  const unknowns = Map.groupBy(proof.undetermined, (each) =>
    "origin" in each ? `${each.property} ${each.why}` : each,
  );
  return [
    ...proof.violations.map(violated),
    ...[...failures].map(([asked, group]) =>
      failed(
        group,
        permissions.find((each) => each === asked),
      ),
    ),
    ...[...unknowns.values()].map(undetermined),
  ];
}

function violated(violation: Proof["violations"][number]): Finding {
  const { from, to, family, services, packet, hops, rule } = violationOf(violation);
  if (violation.kind === "forwarding") return { kind: "violated", title: from, lines: [rule] };
  return {
    kind: "violated",
    from: violation.from,
    to: violation.to,
    title: `${from} → ${to}, IPv${family}`,
    lines: [
      `open: ${services.join(", ")}`,
      `such as ${packet}`,
      `by ${hops.join(" → ")}`,
      `let through by ${rule}`,
    ],
  };
}

/** One declaration asks for many packets: each sender's to each receiver. */
function failed(group: readonly FailedFlow[], declared: Permission | undefined): Finding {
  const [first] = group as [FailedFlow, ...FailedFlow[]];
  const { flow, from, to, ending } = failureOf(first);
  const more =
    group.length > 1 ? [`and ${count(group.length - 1, "more packet")} of the same declaration`] : [];
  return {
    kind: "failed",
    from: first.permission.from,
    to: first.permission.to,
    title: declared === undefined ? flow : `${declared.key}: ${declared.why} (${declared.owner})`,
    lines: [`from ${from} to ${to}: ${ending}`, ...more],
  };
}

/** A stack that was never up misses hundreds of one kind. */
function undetermined(group: readonly Proof["undetermined"][number][]): Finding {
  const [first] = group as [Proof["undetermined"][number], ...typeof group];
  const { of, property, why } = unknownOf(first);
  const between = "origin" in first ? {} : { from: first.from, to: first.to };
  const more = group.length > 1 ? ` and ${group.length - 1} more` : "";
  return {
    kind: "undetermined",
    ...between,
    title: `${of.split("::").at(-1)}${more}`,
    lines: [`${property}: ${why}`],
  };
}
