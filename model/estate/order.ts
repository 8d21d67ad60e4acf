/** Orders that depend on nothing but the text: the same on every machine, whatever its locale. */

/** Compares by UTF-16 code unit. `localeCompare` would make the same estate give other bytes elsewhere. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sorted copy, by the text that `key` gives. */
export function sortedBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return items
    .map((item) => ({ item, text: key(item) }))
    .sort((a, b) => compareText(a.text, b.text))
    .map(({ item }) => item);
}
