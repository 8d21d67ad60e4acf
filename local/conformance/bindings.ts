/** Ids, addresses and names that a server makes are its own: which of ours stands for which recorded one. */

/** Strings that a server makes and a client says again, by their form. */
const made =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\bSCW[A-Z0-9]{17}\b|\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b|\b(?:\d{1,3}\.){3}\d{1,3}(?:\/\d{1,2})?(?![\w.])|(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::|[0-9a-f]{1,4})(?::[0-9a-f]{1,4})*(?:\/\d{1,3})?(?![\w:])/gi;

const whole = new RegExp(`^(?:${made.source})$`, "i");

/** Fields whose text is the server's own where the request did not say it. */
const naming = /^(name|hostname|fqdn|secret_key|token|access_key|default_fqdn)$/;

/** Lists beyond this are catalogues: their items are paired by their place. */
const longestPaired = 60;

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bare(address: string): string {
  return address.split("/")[0] as string;
}

/** What is known of a replay: recorded strings, and ours. */
export class Bindings {
  readonly #made = new Map<string, string>();
  readonly #names = new Map<string, string>();

  /** States that `ours` stands for `recorded`; the first statement holds. */
  bind(recorded: string, ours: string): void {
    if (recorded === ours || this.#made.has(recorded)) return;
    this.#made.set(recorded, ours);
    // The same address may be said without its prefix length later.
    if (recorded.includes("/")) this.bind(bare(recorded), bare(ours));
  }

  /** A recorded text with everything known replaced, for a request. */
  translate(text: string): string {
    let translated = text.replace(made, (found) => {
      const known = this.#made.get(found) ?? this.#made.get(bare(found));
      if (known === undefined) return found;
      return found.includes("/") && !known.includes("/") ? found.replace(bare(found), known) : known;
    });
    for (const [recorded, ours] of this.#names) translated = translated.replaceAll(recorded, ours);
    return translated;
  }

  /** Learns from an answer and its recording, which say the same thing with other ids and in another order. */
  learn(recorded: unknown, ours: unknown, field = ""): void {
    if (isObject(recorded) && isObject(ours)) {
      for (const [key, value] of Object.entries(recorded)) if (key in ours) this.learn(value, ours[key], key);
    } else if (Array.isArray(recorded) && Array.isArray(ours)) {
      for (const [one, other] of this.#pair(recorded, ours)) this.learn(one, other, field);
    } else if (typeof recorded === "string" && typeof ours === "string" && recorded !== ours) {
      if (whole.test(recorded)) this.bind(recorded, ours);
      else if (naming.test(field) && recorded.length > 5 && this.translate(recorded) !== ours)
        this.#names.set(recorded, ours);
    }
  }

  /** Items of two lists that are most alike, each once; the order of a list tells nothing. */
  #pair(recorded: readonly unknown[], ours: readonly unknown[]): [unknown, unknown][] {
    if (recorded.length > longestPaired || ours.length > longestPaired) {
      return recorded.slice(0, ours.length).map((item, index) => [item, ours[index]]);
    }
    const candidates = recorded.flatMap((one, row) =>
      ours.map((other, column) => ({ row, column, likeness: this.#likeness(one, other) })),
    );
    candidates.sort(
      (a, b) => b.likeness - a.likeness || Math.abs(a.row - a.column) - Math.abs(b.row - b.column),
    );
    const pairs: [unknown, unknown][] = [];
    const taken = { rows: new Set<number>(), columns: new Set<number>() };
    for (const { row, column } of candidates) {
      if (taken.rows.has(row) || taken.columns.has(column)) continue;
      taken.rows.add(row);
      taken.columns.add(column);
      pairs.push([recorded[row], ours[column]]);
    }
    return pairs;
  }

  /** How many leaves say the same, ids that are known to stand for each other counted much. */
  #likeness(recorded: unknown, ours: unknown): number {
    if (isObject(recorded) && isObject(ours)) {
      return Object.entries(recorded).reduce(
        (sum, [key, value]) => sum + (key in ours ? this.#likeness(value, ours[key]) : 0),
        0,
      );
    }
    if (Array.isArray(recorded) && Array.isArray(ours)) {
      return recorded.length === ours.length ? 1 : 0;
    }
    if (typeof recorded !== "string") return recorded === ours ? 1 : 0;
    if (this.#made.get(recorded) === ours) return 20;
    if (whole.test(recorded) && typeof ours === "string" && recorded.includes(":") !== ours.includes(":"))
      return -5;
    if (recorded === ours) return 5;
    return this.#made.has(recorded) ? -20 : 0;
  }
}
