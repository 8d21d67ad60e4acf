import { isBody } from "../core/fields.ts";
import type { Answer } from "../core/kind.ts";
import type { Quotas } from "../core/options.ts";
import { zones } from "../core/places.ts";
import type { MachineDirectory } from "../machines.ts";
import type { DnsAnswer } from "../services/domain-resolver.ts";
import { sameSecret } from "./keys.ts";
import type { LogEntry } from "./log.ts";
import type { LossMode, LostZone } from "./zones.ts";

export interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** X-Auth-Token. */
  readonly token: string;
  readonly text: string;
}

/** What the control API does; the simulator itself is one. */
export interface Controlled {
  readonly machines: MachineDirectory;
  status(): { lostZones: readonly LostZone[]; resources: Record<string, number>; lastEntry: number };
  entries(after: number, limit: number): readonly LogEntry[];
  loseZone(zone: string, mode: LossMode): void;
  restoreZone(zone: string): void;
  reset(): void;
  /** What a client's resolver gets for a name now. */
  resolve(name: string, type: DnsAnswer["type"]): DnsAnswer;
  /** Grants more, or less, from now on; kept. */
  grantQuotas(quotas: Quotas): void;
}

/**
 * The simulator's own API under `/_simulator/`, for those who run it. Authorised by its own token
 * (X-Auth-Token), which opens nothing of the Scaleway API.
 */
export class Control {
  readonly #token: string;
  readonly #controlled: Controlled;

  constructor(token: string, controlled: Controlled) {
    this.#token = token;
    this.#controlled = controlled;
  }

  answer(request: ControlRequest): Answer {
    if (!sameSecret(request.token, this.#token))
      return { status: 401, body: { message: "the control token is wrong" } };
    const [place, name, action] = request.path.replace("/_simulator/", "").split("/");
    const query = new URLSearchParams(request.query);
    if (request.method === "GET" && name === undefined) return this.#read(place ?? "", query);
    if (request.method === "PUT" && place === "quotas") return this.#quotas(request.text);
    if (request.method !== "POST") return { status: 404, body: { message: "no such call" } };
    if (place === "reset" && name === undefined) {
      this.#controlled.reset();
      return { status: 204 };
    }
    if (place === "zones" && name !== undefined) return this.#zone(name, action, request.text);
    return { status: 404, body: { message: "no such call" } };
  }

  #read(place: string, query: URLSearchParams): Answer {
    const { machines } = this.#controlled;
    if (place === "status") return { status: 200, body: this.#controlled.status() };
    if (place === "machines") return { status: 200, body: { machines: machines.list() } };
    if (place === "dns") return this.#resolve(query.get("name") ?? "", query.get("type") ?? "A");
    if (place === "log") {
      const after = Number(query.get("after") ?? 0) || 0;
      const limit = Math.min(Number(query.get("limit") ?? 1000) || 1000, 10_000);
      return { status: 200, body: { entries: this.#controlled.entries(after, limit) } };
    }
    return { status: 404, body: { message: "no such call" } };
  }

  #resolve(name: string, type: string): Answer {
    if (name === "" || (type !== "A" && type !== "AAAA")) {
      return { status: 400, body: { message: "name: a domain name; type: A (default) or AAAA" } };
    }
    return { status: 200, body: this.#controlled.resolve(name, type) };
  }

  #quotas(text: string): Answer {
    const asked = parse(text).quotas;
    if (!isBody(asked) || !Object.values(asked).every((value) => Number.isInteger(value))) {
      return { status: 400, body: { message: "quotas: an object of whole numbers by name" } };
    }
    this.#controlled.grantQuotas(asked as Quotas);
    return { status: 204 };
  }

  #zone(zone: string, action: string | undefined, text: string): Answer {
    if (!zones.includes(zone))
      return { status: 404, body: { message: `no zone ${zone}; zones: ${zones.join(", ")}` } };
    if (action === "restore") {
      this.#controlled.restoreZone(zone);
      return { status: 204 };
    }
    if (action !== "lose") return { status: 404, body: { message: "no such call" } };
    const mode = parse(text).mode ?? "refuse";
    if (mode !== "refuse" && mode !== "hang")
      return { status: 400, body: { message: "mode: refuse or hang" } };
    this.#controlled.loseZone(zone, mode);
    return { status: 204 };
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return isBody(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
