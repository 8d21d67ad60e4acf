import { mulberry32 } from "../../../helpers/mulberry32.ts";

/** Numbers drawn from a seed, the same everywhere. */
export class Random {
  readonly #draw: () => number;

  constructor(seed: number) {
    this.#draw = mulberry32(seed);
  }

  /** 0 up to, not including, `end`. */
  below(end: number): number {
    return this.#draw() % end;
  }

  /** One of a list that is not empty. */
  of<Item>(list: readonly Item[]): Item {
    return list[this.below(list.length)] as Item;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }
}
