import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { plainNotFound } from "../core/errors.ts";
import type { Answer } from "../core/kind.ts";
import type { Control } from "./control.ts";
import type { Gateway } from "./gateway.ts";

/** Largest body taken, in bytes: cloud-init is at most 128 KiB, a DNS change or a certificate less. */
const largestBody = 4 * 1024 * 1024;

const scalewayHeaders = {
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  Server: "Scaleway API Gateway (simulated)",
  "Strict-Transport-Security": "max-age=63072000",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/** The whole body, or undefined when it is too large. */
async function read(message: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += (chunk as Buffer).length;
    if (size > largestBody) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, answer: Answer): void {
  const text = typeof answer.body === "string";
  const payload =
    answer.body === undefined ? "" : text ? (answer.body as string) : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    ...scalewayHeaders,
    "X-Request-Id": randomUUID(),
    ...(answer.status === 204 ? {} : { "Content-Length": Buffer.byteLength(payload) }),
    ...(answer.body === undefined ? {} : { "Content-Type": text ? "text/plain" : "application/json" }),
    ...answer.headers,
  });
  response.end(payload);
}

/** True for names that only this machine has: a page of another site cannot reach us through a name of its own. */
function isLocalHost(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);
}

export interface Listening {
  readonly url: string;
  /** Stops listening and drops all connections, also those that hang. */
  close(): Promise<void>;
}

/** Serves the API and the control API on 127.0.0.1; port 0 takes any free one. */
export async function listen(gateway: Gateway, control: Control, port: number): Promise<Listening> {
  const server = createServer((message, response) => {
    void handle(message, response).catch(() => response.destroy());
  });

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isLocalHost(message.headers.host))
      return send(response, { status: 421, body: plainNotFound("").body });
    const text = await read(message);
    if (text === undefined)
      return send(response, { status: 413, body: { message: "request body too large" } });
    const [path = "/", query = ""] = splitOnce(message.url ?? "/", "?");
    const method = message.method ?? "GET";
    const header = message.headers["x-auth-token"];
    const token = (Array.isArray(header) ? header[0] : header) ?? "";
    const request = { method, path, query, token, text };
    if (path.startsWith("/_simulator/")) return send(response, control.answer(request));
    const answer = gateway.answer(request);
    // A zone that hangs: the connection stays open until the client's own time-out.
    if (answer) send(response, answer);
  }

  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
