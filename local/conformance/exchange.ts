/** One request of a recording, and what the real API answered. */
export interface Exchange {
  readonly method: string;
  /** `api.scaleway.com`, or a host of Object Storage. */
  readonly host: string;
  /** Path and query. */
  readonly url: string;
  readonly contentType: string | undefined;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
}

/** The recording of one acceptance test of the Terraform provider. */
export interface Cassette {
  /** `<service>/<test>`. */
  readonly name: string;
  readonly exchanges: readonly Exchange[];
}

/**
 * Waiting for a state is one exchange: of consecutive GETs of one address the last is kept. How often a client asks is
 * a matter of its clock and of Scaleway's, not of an answer's form.
 */
export function withoutPolling(exchanges: readonly Exchange[]): Exchange[] {
  return exchanges.filter((exchange, index) => {
    const next = exchanges[index + 1];
    return !(
      exchange.method === "GET" &&
      next?.method === "GET" &&
      next.url === exchange.url &&
      next.host === exchange.host
    );
  });
}

const id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** Method and path with places and ids taken out: what one row of a report is about. */
export function endpointOf({ method, host, url }: Exchange): string {
  if (host !== "api.scaleway.com") return `${method} s3`;
  const path = (url.split("?")[0] ?? "")
    .replace(id, "{id}")
    .replace(/\/(zones|regions)\/[^/]+/, "/$1/{place}")
    .replace(/\/(dns-zones|user_data)\/[^/]+/, "/$1/{name}");
  return `${method} ${path}`;
}
