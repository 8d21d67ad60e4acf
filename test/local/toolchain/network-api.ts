import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Stored {
  readonly id: string;
  readonly [property: string]: unknown;
}

/** The least of Scaleway's VPC API that a VPC and a private network take: enough to see the provider work. */
export class NetworkApi {
  /** `METHOD kind` of each call, in order. */
  readonly calls: string[] = [];
  readonly #stored = new Map<string, Map<string, Stored>>([
    ["vpcs", new Map()],
    ["private-networks", new Map()],
  ]);
  readonly #server: Server;

  constructor(secretKey: string) {
    this.#server = createServer(async (request, response) => {
      const body = (await request.toArray()).join("");
      const [, , , , , kind = "", id = ""] = new URL(request.url ?? "", "http://localhost").pathname.split(
        "/",
      );
      this.calls.push(`${request.method} ${kind}`);
      const answer = (code: number, value?: unknown): void => {
        response
          .writeHead(code, { "content-type": "application/json" })
          .end(value === undefined ? "" : JSON.stringify(value));
      };
      if (request.headers["x-auth-token"] !== secretKey)
        return answer(401, { type: "denied_authentication" });
      const stored = this.#stored.get(kind);
      if (request.method === "POST" && stored !== undefined) {
        const created = this.#create(JSON.parse(body));
        stored.set(created.id, created);
        return answer(200, created);
      }
      const found = stored?.get(id);
      if (found === undefined) return answer(404, { type: "not_found", resource: kind, resource_id: id });
      if (request.method !== "DELETE") return answer(200, found);
      stored?.delete(id);
      return answer(204);
    });
  }

  #create(wanted: { readonly subnets?: readonly string[]; readonly project_id?: string }): Stored {
    const dates = { created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z" };
    const subnets = (wanted.subnets ?? []).map((subnet) => ({ id: randomUUID(), subnet, ...dates }));
    return {
      region: "fr-par",
      tags: [],
      is_default: false,
      routing_enabled: true,
      ...dates,
      ...wanted,
      subnets,
      id: randomUUID(),
    };
  }

  /** How many resources there are. */
  get count(): number {
    return [...this.#stored.values()].reduce((sum, each) => sum + each.size, 0);
  }

  /** Starts on a free port of loopback and returns its URL. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
