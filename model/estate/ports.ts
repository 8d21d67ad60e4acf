/** Ports and ranges as an estate writes them. */

/** Both ends included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** `443` or `"1000-1010"`; the shape of the text is known to be right, its order is not. */
export function parsePortRange(written: number | string): PortRange {
  if (typeof written === "number") return { first: written, last: written };
  const [first, last] = written.split("-").map(Number) as [number, number];
  return { first, last };
}

/** Whether two ranges have a port in common. */
export function portsMeet(a: PortRange, b: PortRange): boolean {
  return a.first <= b.last && b.first <= a.last;
}
