/**
 * Sets of whole numbers as sorted, disjoint, inclusive intervals, laid flat: `[1, 3, 7, 7]` is {1, 2, 3, 7}. Addresses (as atoms), protocols
 * and ports are all written so. Never changed once made, so that one list may be shared by many boxes.
 */
export type Intervals = readonly number[];

export const nothing: Intervals = [];

export function isEmpty(set: Intervals): boolean {
  return set.length === 0;
}

/** The union of intervals in any order, overlapping or not. */
export function intervalsOf(pairs: Iterable<readonly [number, number]>): Intervals {
  const sorted = [...pairs].filter(([low, high]) => low <= high).sort((a, b) => a[0] - b[0]);
  const result: number[] = [];
  for (const [low, high] of sorted) {
    const last = result[result.length - 1];
    if (last !== undefined && low <= last + 1) {
      if (high > last) result[result.length - 1] = high;
    } else {
      result.push(low, high);
    }
  }
  return result;
}

export function pairsOf(set: Intervals): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  for (let index = 0; index < set.length; index += 2) {
    pairs.push([set[index] as number, set[index + 1] as number]);
  }
  return pairs;
}

export function unite(...sets: readonly Intervals[]): Intervals {
  return intervalsOf(sets.flatMap(pairsOf));
}

export function contains(set: Intervals, value: number): boolean {
  for (let index = 0; index < set.length; index += 2) {
    if (value < (set[index] as number)) return false;
    if (value <= (set[index + 1] as number)) return true;
  }
  return false;
}

/** Whether every member of the second is in the first. */
export function covers(outer: Intervals, inner: Intervals): boolean {
  if (outer === inner) return true;
  let at = 0;
  for (let index = 0; index < inner.length; index += 2) {
    const low = inner[index] as number;
    while (at < outer.length && (outer[at + 1] as number) < low) at += 2;
    if (at >= outer.length || (outer[at] as number) > low) return false;
    if ((outer[at + 1] as number) < (inner[index + 1] as number)) return false;
  }
  return true;
}

/** What both hold; the very list given when it lies whole in the other, so that equal fields stay one object. */
export function intersect(left: Intervals, right: Intervals): Intervals {
  if (left === right) return left;
  if (covers(right, left)) return left;
  if (covers(left, right)) return right;
  const result: number[] = [];
  let a = 0;
  let b = 0;
  while (a < left.length && b < right.length) {
    const leftHigh = left[a + 1] as number;
    const rightHigh = right[b + 1] as number;
    const low = Math.max(left[a] as number, right[b] as number);
    const high = Math.min(leftHigh, rightHigh);
    if (low <= high) result.push(low, high);
    if (leftHigh < rightHigh) a += 2;
    else b += 2;
  }
  return result;
}

export function meets(left: Intervals, right: Intervals): boolean {
  let a = 0;
  let b = 0;
  while (a < left.length && b < right.length) {
    if ((left[a + 1] as number) < (right[b] as number)) a += 2;
    else if ((right[b + 1] as number) < (left[a] as number)) b += 2;
    else return true;
  }
  return false;
}

export function subtract(from: Intervals, removed: Intervals): Intervals {
  if (removed.length === 0 || from.length === 0) return from;
  const result: number[] = [];
  let at = 0;
  for (let index = 0; index < from.length; index += 2) {
    let low = from[index] as number;
    const high = from[index + 1] as number;
    while (at < removed.length && (removed[at + 1] as number) < low) at += 2;
    for (let cut = at; cut < removed.length && (removed[cut] as number) <= high; cut += 2) {
      const start = removed[cut] as number;
      if (start > low) result.push(low, start - 1);
      low = Math.max(low, (removed[cut + 1] as number) + 1);
    }
    if (low <= high) result.push(low, high);
  }
  return result;
}
