/** Why an estate cannot be planned. Same parts as the estate's own problems, without a line: a plan fails on the whole, not on a word. */

/** Every code of the planner, with its title. Codes are never reused. */
export const planCodes = {
  "PLAN-001": "more private networks than legs can serve",
  "PLAN-002": "a quota that is needed is not granted",
  "PLAN-003": "one zone alone does not carry the peak",
  "PLAN-004": "no room left in the address space",
  "PLAN-005": "no address left in a private network",
  "PLAN-006": "a network sends more than one firewall forwards",
  "PLAN-007": "hypervisors carry more networks than they have legs",
  "PLAN-008": "an assumption that this plan needs is refused",
  "PLAN-009": "a service has no way in",
  "PLAN-010": "two interfaces of one name",
  "PLAN-011": "a server that needs two zones has one",
  "PLAN-012": "an offer that the planner knows nothing of",
  "PLAN-013": "allocations.yaml gives one place to two names",
  "PLAN-014": "a clients' pool is too small",
  "PLAN-015": "a file that its host would not take",
} as const;

export type PlanCode = keyof typeof planCodes;

/** `where`: the entity and key of the estate to look at; `because`: the bound that does not hold, in figures. */
export interface PlanProblem {
  readonly code: PlanCode;
  readonly where: string;
  readonly got: string;
  readonly allowed: string;
  readonly because: string;
  readonly hint: string;
}

/** Sorted by code, then place. */
export function sortPlanProblems(problems: readonly PlanProblem[]): PlanProblem[] {
  return [...problems].sort((a, b) =>
    a.code !== b.code ? (a.code < b.code ? -1 : 1) : a.where < b.where ? -1 : a.where > b.where ? 1 : 0,
  );
}

/** For a reader: what, where, found, allowed, why, what to do. */
export function renderPlanProblems(problems: readonly PlanProblem[]): string {
  return problems
    .map(
      ({ code, where, got, allowed, because, hint }) =>
        `${code} ${planCodes[code]}\n  at: ${where}\n  got: ${got}\n  allowed: ${allowed}\n  because: ${because}\n  → ${hint}\n`,
    )
    .join("\n");
}
