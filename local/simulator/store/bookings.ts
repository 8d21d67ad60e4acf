import type { Store } from "./store.ts";

/**
 * Numbers that are taken in a pool, as ranges that never overlap: subnets in a project, addresses in a subnet, public
 * addresses in a zone. Every question costs one index look-up, whatever the pool holds.
 */
export class Bookings {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Owner of a range that overlaps first..last, or undefined. */
  holder(pool: string, first: number, last: number): string | undefined {
    const row = this.#store
      .statement("SELECT last, owner FROM booking WHERE pool = ? AND first <= ? ORDER BY first DESC LIMIT 1")
      .get(pool, last) as { last: number; owner: string } | undefined;
    return row && row.last >= first ? row.owner : undefined;
  }

  /** Takes first..last; false when a part is taken. */
  take(pool: string, first: number, last: number, owner: string): boolean {
    if (this.holder(pool, first, last) !== undefined) return false;
    this.#store
      .statement("INSERT INTO booking (pool, first, last, owner) VALUES (?, ?, ?, ?)")
      .run(pool, first, last, owner);
    return true;
  }

  /** Takes the lowest free number of first..last; undefined when all are taken. */
  lowest(pool: string, first: number, last: number, owner: string): number | undefined {
    if (this.take(pool, first, first, owner)) return first;
    const row = this.#store
      .statement(
        `SELECT held.last + 1 AS free FROM booking held WHERE held.pool = ?1 AND held.last >= ?2
           AND NOT EXISTS (SELECT 1 FROM booking after WHERE after.pool = ?1 AND after.first = held.last + 1)
         ORDER BY held.first LIMIT 1`,
      )
      .get(pool, first) as { free: number } | undefined;
    if (!row || row.free > last) return undefined;
    return this.take(pool, row.free, row.free, owner) ? row.free : undefined;
  }

  /** Takes `size` numbers aligned on `size`, after those given before, wrapping once at `last`. */
  next(pool: string, first: number, last: number, size: number, owner: string): number | undefined {
    const slots = Math.floor((last - first + 1) / size);
    // Holding as many ranges as it has slots it counts as full, without trying each one.
    if (this.#held(pool, first, last) >= slots) return undefined;
    const start = this.#store.next(`next ${pool}`) - 1;
    for (let step = 0; step < slots; step++) {
      const at = first + ((start + step) % slots) * size;
      if (this.take(pool, at, at + size - 1, owner)) return at;
    }
    return undefined;
  }

  #held(pool: string, first: number, last: number): number {
    const row = this.#store
      .statement("SELECT COUNT(*) AS n FROM booking WHERE pool = ? AND first BETWEEN ? AND ?")
      .get(pool, first, last) as { n: number };
    return row.n;
  }

  release(owner: string): void {
    this.#store.statement("DELETE FROM booking WHERE owner = ?").run(owner);
  }
}
