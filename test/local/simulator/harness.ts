import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../../local/simulator/index.ts";

export const secretKey = "5c0a1b6e-6d5c-4f0e-9a55-0a6d1f2b3c4d";
export const controlToken = "control-token-of-the-tests";
export const organizationId = "0d1c2b3a-4e5f-4a6b-8c7d-9e8f7a6b5c4d";
export const projectId = "1e2d3c4b-5a69-4788-9796-a5b4c3d2e1f0";

/** A public key without comment; its private half was thrown away. */
export const sshKey = `ssh-ed25519 ${Buffer.concat([
  Buffer.from([0, 0, 0, 11]),
  Buffer.from("ssh-ed25519"),
  Buffer.from([0, 0, 0, 32]),
  Buffer.alloc(32, 7),
]).toString("base64")}`;

// biome-ignore lint/suspicious/noExplicitAny: answers are read freely by tests
export type Json = any;

export interface Reply {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}

export interface Bench {
  readonly simulator: Simulator;
  readonly stateFile: string;
  call(method: string, path: string, body?: unknown, token?: string): Promise<Reply>;
  /** Calls and expects an answer below 300. */
  ok(method: string, path: string, body?: unknown): Promise<Json>;
  control(method: string, path: string, body?: unknown, token?: string): Promise<Reply>;
  /** Stops and starts again on the same state. */
  restart(options?: Partial<SimulatorOptions>): Promise<void>;
  stop(): Promise<void>;
}

async function request(
  url: string,
  method: string,
  headers: Record<string, string>,
  body: unknown,
): Promise<Reply> {
  const response = await fetch(url, {
    method,
    headers: { "Content-Type": typeof body === "string" ? "text/plain" : "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get("content-type")?.startsWith("application/json");
  return {
    status: response.status,
    body: json && text !== "" ? JSON.parse(text) : text,
    headers: response.headers,
  };
}

/** A simulator of its own, in a folder of its own. */
export async function startBench(options: Partial<SimulatorOptions> = {}): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), "simulator-"));
  const stateFile = join(folder, "state.sqlite");
  const start = (more: Partial<SimulatorOptions> = {}) =>
    startSimulator({ stateFile, secretKey, controlToken, organizationId, projectId, ...options, ...more });
  let simulator = await start();
  const bench: Bench = {
    get simulator() {
      return simulator;
    },
    stateFile,
    call: (method, path, body, token = secretKey) =>
      request(`${simulator.url}${path}`, method, token === "" ? {} : { "X-Auth-Token": token }, body),
    ok: async (method, path, body) => {
      const reply = await bench.call(method, path, body);
      if (reply.status >= 300)
        throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
      return reply.body;
    },
    control: (method, path, body, token = controlToken) =>
      request(`${simulator.url}/_simulator/${path}`, method, { "X-Auth-Token": token }, body),
    restart: async (more) => {
      await simulator.close();
      simulator = await start(more);
    },
    stop: async () => {
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return bench;
}
