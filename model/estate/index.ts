/** The estate: what is wanted, read and checked. */
export type { CodeEntry, ProblemCode } from "./codes.ts";
export { codes } from "./codes.ts";
export type * from "./estate.ts";
export { zoneKeys } from "./estate.ts";
export type { ParseResult } from "./parse.ts";
export { parseEstate } from "./parse.ts";
export type { Position, Problem } from "./problems.ts";
export { renderJson, renderText } from "./render.ts";
