/** `archipel report`: the estate, its plan and its last drill on one page. */
export { type LastDrill, lastDrill } from "./last-drill.ts";
export { reportPage } from "./page.ts";
