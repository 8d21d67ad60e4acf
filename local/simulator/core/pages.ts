import type { Dialect } from "./dialects.ts";

/** How many items a request asks for, and after how many. */
export function pageAsked(
  query: URLSearchParams,
  { pageSize, defaultPageSize }: Pick<Dialect, "pageSize" | "defaultPageSize">,
): { readonly size: number; readonly offset: number } {
  const size = Math.min(Math.max(Number(query.get(pageSize) ?? defaultPageSize) || 1, 1), 100);
  return { size, offset: (Math.max(Number(query.get("page") ?? 1) || 1, 1) - 1) * size };
}

/** That page of a list. */
export function pageOf<Item>(
  items: readonly Item[],
  query: URLSearchParams,
  dialect: Pick<Dialect, "pageSize" | "defaultPageSize">,
): readonly Item[] {
  const { size, offset } = pageAsked(query, dialect);
  return items.slice(offset, offset + size);
}
