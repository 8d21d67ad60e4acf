/** How the report writes figures; the same on every machine, whatever its locale. */

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const money = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const short = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });

/** `1,318`. */
export function count(value: number): string {
  return whole.format(value);
}

/** `1 pair`, `10 pairs`. */
export function plural(value: number, one: string, many: string = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `€30,907.71`; a dash where there is no price. */
export function euros(value: number | undefined): string {
  return value === undefined ? "–" : `€${money.format(value)}`;
}

/** At most two decimals. */
export function decimal(value: number): string {
  return short.format(value);
}

/** `×1.03`: how many times the need is there. */
export function times(have: number, need: number): string {
  return need === 0 ? "–" : `×${decimal(have / need)}`;
}
