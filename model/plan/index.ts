/** The planner: how an estate is laid out on Scaleway. */

export { hostFiles } from "./host-script.ts";
export type { PlanResult } from "./make-plan.ts";
export { makePlan } from "./make-plan.ts";
export type { MemoryResult, PlanMemory } from "./memory.ts";
export { emptyMemory, memoryFile, memoryText, parseMemory } from "./memory.ts";
export type * from "./plan.ts";
export type { PlanCode, PlanProblem } from "./plan-problems.ts";
export { planCodes, renderPlanProblems } from "./plan-problems.ts";
