/** The recordings, where Go's module cache holds them. They are fetched by Go and never kept here. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { requireGo } from "../toolchain/requirements.ts";
import { ConformanceError } from "./errors.ts";
import { type Cassette, type Exchange, withoutPolling } from "./exchange.ts";

/** The module whose acceptance tests were recorded against the real API. */
export const recordings = "github.com/scaleway/terraform-provider-scaleway/v2@v2.80.0";

const ending = ".cassette.yaml";

/**
 * The folder of the recordings by service; fetches the module when Go's cache lacks it.
 * @throws ToolchainError without Go, ConformanceError when the module cannot be had
 */
export async function fetchRecordings(environment: NodeJS.ProcessEnv): Promise<string> {
  const go = await requireGo(environment);
  const { stdout, stderr } = await execa(go, ["mod", "download", "-json", recordings], {
    env: { ...environment, GOFLAGS: "-mod=mod", GOWORK: "off" },
    extendEnv: false,
    reject: false,
  });
  const said = stdout.trim().startsWith("{") ? (JSON.parse(stdout) as { Dir?: string; Error?: string }) : {};
  if (said.Dir === undefined) {
    throw new ConformanceError(
      "recordings-missing",
      `${recordings} could not be fetched: ${said.Error ?? stderr.trim()}`,
      ["Reach a Go module proxy (GOPROXY), or fill Go's module cache on a machine that does."],
    );
  }
  return join(said.Dir, "internal", "services");
}

/** Names of all recordings of services, sorted. */
export function recordingsOf(folder: string, services: readonly string[]): string[] {
  return services
    .flatMap((service) => {
      const data = join(folder, service, "testdata");
      if (!existsSync(data)) return [];
      return readdirSync(data)
        .filter((file) => file.endsWith(ending))
        .map((file) => `${service}/${file.slice(0, -ending.length)}`);
    })
    .sort();
}

interface Recorded {
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly body?: string | Uint8Array;
    readonly headers?: Readonly<Record<string, readonly string[]>>;
  };
  readonly response: { readonly code: number; readonly body?: string | Uint8Array };
}

/** Reads a recording, one exchange at a time: as a whole, its largest would take the parser minutes. */
export function readCassette(folder: string, name: string): Cassette {
  const [service = "", test = ""] = name.split("/");
  const text = readFileSync(join(folder, service, "testdata", `${test}${ending}`), "utf8");
  // Two versions of the recorder indented the list differently.
  const [, indent] = /^( *)- id: 0$/m.exec(text) ?? [];
  if (indent === undefined) return { name, exchanges: [] };
  const exchanges = text
    .split(new RegExp(`\\n(?=${indent}- id: \\d)`))
    .slice(1)
    .map((part) => toExchange((parse(part) as [Recorded])[0]));
  return { name, exchanges: withoutPolling(exchanges) };
}

/** A body that is not text was recorded as bytes. */
function textOf(body: string | Uint8Array | undefined): string {
  return body instanceof Uint8Array ? Buffer.from(body).toString("latin1") : (body ?? "");
}

function toExchange({ request, response }: Recorded): Exchange {
  const { host, pathname, search } = new URL(request.url);
  return {
    method: request.method,
    host,
    url: `${pathname}${search}`,
    contentType: request.headers?.["Content-Type"]?.[0],
    body: textOf(request.body),
    status: response.code,
    answer: textOf(response.body),
  };
}
