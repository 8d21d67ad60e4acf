import { ApiError, invalidArgument, plainNotFound } from "../core/errors.ts";
import { isBody } from "../core/fields.ts";
import type { Answer, Demand } from "../core/kind.ts";
import { regions, zones } from "../core/places.ts";
import type { World } from "../core/world.ts";
import type { Body } from "../store/store.ts";
import { authenticate } from "./keys.ts";
import { keptAnswer, type Log, redact } from "./log.ts";
import type { Match, Routes } from "./routes.ts";
import { unreachable, type Zones } from "./zones.ts";

/** A request, apart from its transport. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** X-Auth-Token, "" when there is none. */
  readonly token: string;
  readonly text: string;
}

export interface GatewayOptions {
  readonly world: World;
  readonly routes: Routes;
  readonly zones: Zones;
  readonly log: Log;
  readonly secretKey: string;
  /** Told after each commit what it touched. */
  readonly committed: (touched: ReadonlySet<string>) => void;
}

function parse(text: string, path: string): Body {
  if (text === "" || path.includes("/user_data/")) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalidArgument("body", "the body is not JSON", "format");
  }
  if (!isBody(parsed)) throw invalidArgument("body", "the body is not an object", "format");
  return parsed;
}

/** The place a path names, "" when it names none. @throws 404 for one that does not exist */
function localityOf(params: Match["params"]): string {
  const { zone, region } = params;
  if (zone !== undefined && !zones.includes(zone)) throw plainNotFound("Not Found");
  if (region !== undefined && !regions.includes(region)) throw plainNotFound("Not Found");
  return zone ?? region ?? "";
}

/** What stands before all services: authentication, lost zones, one transaction a call, the log. */
export class Gateway {
  readonly #options: GatewayOptions;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** The answer; `undefined` when the zone hangs and there will be none. */
  answer(request: Request): Answer | undefined {
    const { world, log, zones: lossy } = this.#options;
    const seen = { locality: "", caller: "", body: null as unknown };
    let answer: Answer;
    try {
      seen.caller = authenticate(world.store, this.#options.secretKey, request.token);
      const match = this.#options.routes.match(request.method, request.path);
      if (!match) throw plainNotFound("Not Found");
      seen.locality = localityOf(match.params);
      seen.body = request.path.includes("/user_data/") ? request.text || null : null;
      const input = parse(request.text, request.path);
      if (seen.body === null && request.text !== "") seen.body = redact(input, request.path);
      const mode = lossy.lost(seen.locality)?.mode;
      if (mode === "hang") {
        log.call(this.#entry(request, seen, { status: 0 }));
        return undefined;
      }
      if (mode === "refuse") throw unreachable();
      const demand: Demand = {
        locality: seen.locality,
        input,
        params: match.params,
        query: new URLSearchParams(request.query),
        text: request.text,
      };
      if (match.route.writes) return this.#write(request, seen, () => match.route.run(world, demand));
      answer = match.route.run(world, demand);
    } catch (error) {
      answer = refusal(error);
    }
    log.call(this.#entry(request, seen, answer));
    return answer;
  }

  /** Runs a call that may change the state, with its log entry in the same transaction. */
  #write(request: Request, seen: Seen, run: () => Answer): Answer {
    const { world, log, committed } = this.#options;
    const { result, touched } = world.store.transaction(() => {
      const answer = run();
      log.call(this.#entry(request, seen, answer));
      return answer;
    });
    if (touched.size > 0) committed(touched);
    return result;
  }

  #entry(request: Request, seen: Seen, answer: Pick<Answer, "status" | "body">) {
    const { method, path, query } = request;
    const { status } = answer;
    return {
      type: "call" as const,
      method,
      path,
      query,
      status,
      ...seen,
      ...keptAnswer(method, path, answer),
    };
  }
}

interface Seen {
  locality: string;
  caller: string;
  body: unknown;
}

function refusal(error: unknown): Answer {
  if (error instanceof ApiError) return { status: error.status, body: error.body };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`simulator: ${message}\n`);
  return { status: 500, body: { message: "internal error", type: "internal" } };
}
