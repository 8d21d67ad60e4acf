/** The simulator's own calls, apart from Scaleway's: zones lost, the machines, the log. */
import type { DnsAnswer, LogEntry, Quotas } from "../../local/simulator/index.ts";
import type { Machine } from "../../local/simulator/machines.ts";

export type { LogEntry } from "../../local/simulator/index.ts";

/** As `GET /_simulator/status` answers. */
export interface SimulatorStatus {
  readonly lostZones: readonly { readonly zone: string; readonly mode: LossMode; readonly since: string }[];
  /** How many there are of each kind. */
  readonly resources: Readonly<Record<string, number>>;
  /** Sequence number of the last log entry. */
  readonly lastEntry: number;
}

/** How a lost zone's API behaves: it refuses at once, or takes the connection and never answers. */
export type LossMode = "refuse" | "hang";

export interface SimulatorControl {
  status(): Promise<SimulatorStatus>;
  machines(): Promise<readonly Machine[]>;
  /** What a client's resolver gets for a name now. */
  resolve(name: string): Promise<DnsAnswer>;
  /** Takes a zone away: its API, and its machines. */
  lose(zone: string, mode: LossMode): Promise<void>;
  restore(zone: string): Promise<void>;
  /** Grants quotas over those that the simulator was started with; kept with its state. */
  grant(quotas: Quotas): Promise<void>;
  /** Every entry after a sequence number, in order. */
  log(after: number): AsyncGenerator<LogEntry>;
}

const ANSWER_SECONDS = 10;
const PAGE = 1000;

/** Client of a simulator at `url`; calls end within ten seconds. */
export function simulatorControl(url: string, controlToken: string): SimulatorControl {
  async function call<T>(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${url}/_simulator/${path}`, {
      method,
      headers: { "X-Auth-Token": controlToken, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_SECONDS * 1000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /_simulator/${path}: ${response.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }
  return {
    status: () => call("GET", "status"),
    machines: async () => (await call<{ machines: Machine[] }>("GET", "machines")).machines,
    resolve: (name) => call("GET", `dns?name=${encodeURIComponent(name)}&type=A`),
    lose: (zone, mode) => call("POST", `zones/${zone}/lose`, { mode }),
    restore: (zone) => call("POST", `zones/${zone}/restore`),
    grant: (quotas) => call("PUT", "quotas", { quotas }),
    async *log(after) {
      let from = after;
      for (;;) {
        const { entries } = await call<{ entries: LogEntry[] }>("GET", `log?after=${from}&limit=${PAGE}`);
        yield* entries;
        if (entries.length < PAGE) return;
        from = (entries.at(-1) as LogEntry).sequence;
      }
    },
  };
}
