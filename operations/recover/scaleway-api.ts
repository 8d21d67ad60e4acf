/** The little of Scaleway's API that recovery needs: lists, to find what a killed run made, and deletion of what cannot be adopted. */
import type { Environment } from "../embedded/environment.ts";
import { VisibleError } from "../errors.ts";

export type Item = Readonly<Record<string, unknown>>;

export interface ScalewayApi {
  /** Every item of a list, all pages. An answer of 404 is an empty list: what would hold the items is gone. */
  list(path: string, key: string, query?: Readonly<Record<string, string>>): Promise<readonly Item[]>;
  /** Deletes one thing; it is no failure if it is gone. */
  remove(path: string): Promise<void>;
  readonly organizationId: string | undefined;
  readonly projectId: string | undefined;
  readonly region: string;
  readonly zone: string;
}

const PAGE_SIZE = 100;
const ANSWER_SECONDS = 30;
const ATTEMPTS = 4;

/** A client with the environment's credentials (SCW_API_URL, SCW_SECRET_KEY, SCW_DEFAULT_*). */
export function scalewayApi(environment: Environment): ScalewayApi {
  const base = environment.SCW_API_URL ?? "https://api.scaleway.com";
  const token = environment.SCW_SECRET_KEY;
  if (token === undefined) {
    throw new VisibleError(
      "account-only",
      "recovery asks Scaleway's API what a killed run made, and SCW_SECRET_KEY is not set",
      "Set SCW_ACCESS_KEY, SCW_SECRET_KEY and SCW_DEFAULT_PROJECT_ID, as for the run itself.",
    );
  }

  async function call(method: "GET" | "DELETE", path: string): Promise<Response | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: { "X-Auth-Token": token as string },
        signal: AbortSignal.timeout(ANSWER_SECONDS * 1000),
      });
      if (response.ok) return response;
      if (response.status === 404) return undefined;
      if (attempt < ATTEMPTS && (response.status === 429 || response.status >= 500)) {
        await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt));
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
    async list(path, key, query = {}) {
      const items: Item[] = [];
      for (let number = 1; ; number += 1) {
        // The Instance API calls it per_page, all others page_size; each ignores the other's.
        const size = String(PAGE_SIZE);
        const page = new URLSearchParams({ ...query, page: String(number), page_size: size, per_page: size });
        const body = (await (await call("GET", `${path}?${page}`))?.json()) as Item | undefined;
        const found = (body?.[key] ?? []) as Item[];
        items.push(...found);
        if (found.length < PAGE_SIZE) return items;
      }
    },
  };
}
