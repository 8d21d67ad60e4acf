/** What is wrong with a network, or will be, although nothing may be open by it yet. One check a file; the table of all is here. */
import { Model } from "../model.ts";
import type { Network } from "../network.ts";
import type { Permission } from "../permissions.ts";
import type { Sites } from "../places.ts";
import type { Budget } from "./acl-budget.ts";
import { aclBudget, budgetsOf } from "./acl-budget.ts";
import { anyToAny } from "./any-to-any.ts";
import { bridge } from "./bridge.ts";
import type { Check, Found, Severity } from "./check.ts";
import { expiredIntent } from "./expired-intent.ts";
import { familyMismatch } from "./family-mismatch.ts";
import { idleDeclaration } from "./idle-declaration.ts";
import { Kernels } from "./kernels.ts";
import { routeAround } from "./route-around.ts";
import { ruleUses } from "./rule-use.ts";
import { shadowedRule } from "./shadowed-rule.ts";
import { unreachableRule } from "./unreachable-rule.ts";

export type { Budget } from "./acl-budget.ts";
export type { Check, Severity } from "./check.ts";

/** In the order told: what is open first. */
export const checks: readonly Check[] = [
  anyToAny,
  familyMismatch,
  bridge,
  routeAround,
  expiredIntent,
  shadowedRule,
  unreachableRule,
  idleDeclaration,
  aclBudget,
];

export interface Finding extends Found {
  readonly check: string;
  readonly severity: Severity;
}

export interface Lint {
  readonly findings: readonly Finding[];
  readonly budgets: readonly Budget[];
  /** Rules of kernels that were judged. */
  readonly rules: number;
}

export interface LintOptions {
  readonly permissions: readonly Permission[];
  readonly sites?: Sites;
  /** The day to judge by, `2026-11-22`. */
  readonly today: string;
}

export function lint(network: Network, { permissions, sites = [], today }: LintOptions): Lint {
  const model = new Model(network);
  const kernels = new Kernels(model);
  const rules = ruleUses(model, kernels);
  const subject = { network, model, kernels, permissions, sites, today, rules };
  const findings = checks.flatMap(({ name, severity, find }) =>
    find(subject).map((found): Finding => ({ severity, ...found, check: name })),
  );
  return {
    findings,
    budgets: budgetsOf(network),
    rules: rules.filter(({ rule }) => rule !== undefined).length,
  };
}
