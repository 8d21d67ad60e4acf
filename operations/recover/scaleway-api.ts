/**
 * A client of Scaleway's API for what commands ask it themselves: lists, of what a killed run made or of all that there is, and deletion of
 * what cannot be adopted. Credentials go into one header, and into no message.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Environment } from "../embedded/environment.ts";
import { VisibleError } from "../errors.ts";

export type Item = Readonly<Record<string, unknown>>;

export interface ScalewayApi {
  /** One answer; undefined where there is no such thing. */
  read(path: string): Promise<Item | undefined>;
  /**
   * Every item of a list, all pages. An answer without such a list, a 404 above all, is an empty one, since what would hold the items is gone,
   * unless that is refused.
   */
  list(
    path: string,
    key: string,
    query?: Readonly<Record<string, string>>,
    missing?: "empty" | "refused",
  ): Promise<readonly Item[]>;
  /** Deletes one thing; it is no failure if it is gone. */
  remove(path: string): Promise<void>;
  readonly organizationId: string | undefined;
  readonly projectId: string | undefined;
  readonly region: string;
  readonly zone: string;
}

const PAGE_SIZE = 100;

export interface ScalewayApiOptions {
  /** Who asks and why, for the message when there are no credentials. */
  readonly purpose?: string;
  readonly answerSeconds?: number;
  readonly attempts?: number;
}

/** A client with the environment's credentials (SCW_API_URL, SCW_SECRET_KEY, SCW_DEFAULT_*). */
export function scalewayApi(
  environment: Environment,
  {
    purpose = "recovery asks Scaleway's API what a killed run made",
    answerSeconds = 30,
    attempts = 4,
  }: ScalewayApiOptions = {},
): ScalewayApi {
  const base = (environment.SCW_API_URL ?? "https://api.scaleway.com").replace(/\/$/, "");
  const token = environment.SCW_SECRET_KEY;
  if (token === undefined) {
    throw new VisibleError(
      "account-only",
      `${purpose}, and SCW_SECRET_KEY is not set`,
      "Set SCW_ACCESS_KEY, SCW_SECRET_KEY and SCW_DEFAULT_PROJECT_ID, as for the run itself.",
    );
  }

  async function ask(method: "GET" | "DELETE", path: string): Promise<Response> {
    try {
      return await fetch(`${base}${path}`, {
        method,
        headers: { "X-Auth-Token": token as string },
        signal: AbortSignal.timeout(answerSeconds * 1000),
      });
    } catch (error) {
      const isLate = error instanceof Error && error.name === "TimeoutError";
      throw new VisibleError(
        "api-unreachable",
        `${method} ${path}: ${isLate ? `no answer in ${answerSeconds} s` : `${base} cannot be reached`}`,
        "Nothing is concluded from half an answer: try again when the API is back.",
      );
    }
  }

  async function call(method: "GET" | "DELETE", path: string): Promise<Response | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await ask(method, path);
      if (response.ok) return response;
      if (response.status === 404) return undefined;
      if (attempt < attempts && (response.status === 429 || response.status >= 500)) {
        await delay(500 * 2 ** attempt);
        continue;
      }
      throw new VisibleError(
        "api-refused",
        `${method} ${path}: ${response.status} ${(await response.text()).slice(0, 300)}`,
      );
    }
  }

  return {
    organizationId: environment.SCW_DEFAULT_ORGANIZATION_ID,
    projectId: environment.SCW_DEFAULT_PROJECT_ID,
    region: environment.SCW_DEFAULT_REGION ?? "fr-par",
    zone: environment.SCW_DEFAULT_ZONE ?? "fr-par-1",
    async remove(path) {
      await call("DELETE", path);
    },
    async read(path) {
      const response = await call("GET", path);
      return response === undefined ? undefined : itemOf(response);
    },
    async list(path, key, query = {}, missing = "empty") {
      const items: Item[] = [];
      for (let number = 1; ; number += 1) {
        // The Instance API calls it per_page, all others page_size; each ignores the other's.
        const size = String(PAGE_SIZE);
        const page = new URLSearchParams({ ...query, page: String(number), page_size: size, per_page: size });
        const response = await call("GET", `${path}?${page}`);
        const body = response === undefined ? undefined : await itemOf(response);
        const listed = body?.[key];
        if (!Array.isArray(listed) && missing === "refused")
          throw new VisibleError(
            "api-refused",
            `GET ${path}: ${response?.status ?? 404}, and no ${key} in the answer`,
          );
        const found = (listed ?? []) as Item[];
        items.push(...found);
        if (found.length < PAGE_SIZE) return items;
      }
    },
  };
}

/** Undefined where the answer is no JSON. */
async function itemOf(response: Response): Promise<Item | undefined> {
  try {
    return (await response.json()) as Item;
  } catch {
    return undefined;
  }
}
