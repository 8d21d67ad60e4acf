/** The catalogue: every policy of every pack, by name. */
import type { Entry } from "./entry.ts";
import { governance } from "./governance.ts";
import { resilience } from "./resilience.ts";
import { segmentation } from "./segmentation.ts";

export type { ControlId, Framework } from "./controls.ts";
export { controls, frameworks } from "./controls.ts";
export type { Coverage, Entry } from "./entry.ts";

export const packs = { segmentation, resilience, governance } as const;

export type PackName = keyof typeof packs;

export const packNames: readonly PackName[] = ["segmentation", "resilience", "governance"];

export const catalogue = { ...segmentation, ...resilience, ...governance } as const;

export type PolicyName = keyof typeof catalogue;

export const policyNames = Object.keys(catalogue) as readonly PolicyName[];

export function isPolicyName(name: string): name is PolicyName {
  return Object.hasOwn(catalogue, name);
}

export function packOf(name: PolicyName): PackName {
  return packNames.find((pack) => Object.hasOwn(packs[pack], name)) as PackName;
}

export function entryOf(name: PolicyName): Entry {
  return catalogue[name];
}
