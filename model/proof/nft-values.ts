/** Values in libnftables JSON: elements, keys, names and numbers. */
import type { Intervals } from "./intervals.ts";
import type { Names } from "./nft-names.ts";
import type { Properties } from "./nft-tables.ts";

/** Thrown for what is not understood; the message says what. */
export class NotUnderstood extends Error {}

/** An element is bare, or wrapped with its counter, comment or time. */
export function bareElement(element: unknown): unknown {
  const wrapped = (element as { readonly elem?: Properties } | null)?.elem;
  return wrapped === undefined ? element : wrapped.val;
}

export function partsOf(key: unknown): readonly unknown[] {
  return ((key as { readonly concat?: readonly unknown[] } | null)?.concat ?? [key]) as readonly unknown[];
}

export function numberOf(value: unknown, names: Names | undefined): number {
  const number = typeof value === "number" ? value : (names?.[String(value)] ?? Number(value ?? Number.NaN));
  if (!Number.isInteger(number)) throw new NotUnderstood(`the value ${JSON.stringify(value)}`);
  return number;
}

export function single(value: number | undefined): Intervals | undefined {
  return value === undefined ? undefined : [value, value];
}

export function asPair(set: Intervals): readonly [number, number] {
  return [set[0] as number, set[1] as number];
}
