import { ApiError } from "../core/errors.ts";
import { zones } from "../core/places.ts";
import type { Store } from "../store/store.ts";

/** How the API of a lost zone behaves: refuses at once, or takes the connection and never answers. */
export type LossMode = "refuse" | "hang";

export interface LostZone {
  readonly zone: string;
  readonly mode: LossMode;
  /** RFC 3339. */
  readonly since: string;
}

/** Zones that are lost, kept with the state. */
export class Zones {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  lost(zone: string): LostZone | undefined {
    const kept = this.#store.setting(`lost ${zone}`);
    return kept === undefined ? undefined : (JSON.parse(kept) as LostZone);
  }

  /** Sorted by zone. */
  all(): LostZone[] {
    return zones.map((zone) => this.lost(zone)).filter((lost) => lost !== undefined);
  }

  lose(zone: string, mode: LossMode): void {
    this.#store.set(`lost ${zone}`, JSON.stringify({ zone, mode, since: new Date().toISOString() }));
  }

  restore(zone: string): void {
    this.#store.set(`lost ${zone}`, undefined);
  }
}

/** What the gateway answers when nobody is behind it (Envoy's words, recorded on 503 answers). */
export function unreachable(): ApiError {
  return new ApiError(503, {
    message:
      "upstream connect error or disconnect/reset before headers. reset reason: connection failure, transport failure reason: delayed connect error: 111",
  });
}
