import type { Service } from "../core/kind.ts";

/** Managed databases: none can be made here, and the list says so. */
export const rdb: Service = {
  kinds: [],
  calls: [
    {
      method: "GET",
      path: "/rdb/v1/regions/:region/instances",
      run: () => ({ status: 200, body: { instances: [], total_count: 0 } }),
    },
  ],
};
