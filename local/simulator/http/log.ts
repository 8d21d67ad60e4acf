import type { ChangeLog, HostChange } from "../machines.ts";
import type { Store } from "../store/store.ts";

/** An API call as it was asked and answered; nothing secret in it. */
export interface CallEntry {
  readonly sequence: number;
  readonly time: string;
  readonly type: "call";
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** JSON body of the request with secrets replaced, text for the calls that take text, null when empty. */
  readonly body: unknown;
  /** 0: never answered (the zone hangs). */
  readonly status: number;
  /** Of a call that changed something (not a GET, 2xx): its body, with secrets replaced; `tooLong` for one that is not kept. */
  readonly answer?: unknown;
  /** Zone or region concerned, "" for global services. */
  readonly locality: string;
  /** Access key of the caller, or "" when it is not known. */
  readonly caller: string;
}

export interface HostEntry extends HostChange {
  readonly sequence: number;
  readonly time: string;
  readonly type: "host";
  readonly locality: string;
}

/** Something done to the simulator itself: a zone lost or given back, a reset. */
export interface ControlEntry {
  readonly sequence: number;
  readonly time: string;
  readonly type: "control";
  readonly action: string;
  readonly locality: string;
}

export type LogEntry = CallEntry | HostEntry | ControlEntry;

/** An entry before it has its place. */
export type NewEntry<E> = Omit<E, "sequence" | "time">;

const secretNames = new Set([
  "admin_password_encryption_ssh_key",
  "api_key",
  "bearer_token",
  "certificate_chain",
  "content",
  "custom_certificate",
  "data",
  "headers",
  "key_material",
  "password",
  "payload",
  "plaintext",
  "pre_shared_key",
  "private_key",
  "secret",
  "secret_key",
  "service_password",
]);

/** Replaces what must not be read from a log. Record data of DNS is public and stays. */
export function redact(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((item) => redact(item, path));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const secret = secretNames.has(name) && !(name === "data" && path.startsWith("/domain/"));
      return [name, secret && item !== null && item !== "" ? "[secret]" : redact(item, path)];
    }),
  );
}

/** Characters of an answer that are kept at most: every resource of a network is far below. */
const longestAnswer = 64 * 1024;
export const tooLong = "[too long]";

/** What a log keeps of an answer, from which ids and assigned addresses are known later. */
export function keptAnswer(method: string, path: string, answer: { status: number; body?: unknown }): object {
  const { status, body } = answer;
  if (method === "GET" || status < 200 || status > 299 || body === undefined) return {};
  const kept = redact(body, path);
  return { answer: JSON.stringify(kept).length > longestAnswer ? tooLong : kept };
}

/** One sequence of all calls and all changes on hosts, kept with the state. */
export class Log implements ChangeLog {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  call(entry: NewEntry<CallEntry>): void {
    this.#add(entry);
  }

  control(action: string, locality: string): void {
    this.#add({ type: "control", action, locality });
  }

  append(change: HostChange): void {
    this.#add({ ...change, type: "host", locality: change.zone });
  }

  /** Entries whose sequence is above `after`, at most `limit`, oldest first. */
  list(after = 0, limit = 10_000): LogEntry[] {
    const rows = this.#store
      .statement("SELECT sequence, time, entry FROM log WHERE sequence > ? ORDER BY sequence LIMIT ?")
      .all(after, limit) as { sequence: number; time: string; entry: string }[];
    return rows.map((row) => ({ sequence: row.sequence, time: row.time, ...JSON.parse(row.entry) }));
  }

  /** Sequence of the newest entry, 0 when there is none. */
  last(): number {
    const row = this.#store.statement("SELECT MAX(sequence) AS last FROM log").get() as {
      last: number | null;
    };
    return row.last ?? 0;
  }

  #add(entry: NewEntry<CallEntry> | NewEntry<HostEntry> | NewEntry<ControlEntry>): void {
    this.#store
      .statement("INSERT INTO log (time, type, locality, entry) VALUES (?, ?, ?, ?)")
      .run(new Date().toISOString(), entry.type, entry.locality, JSON.stringify(entry));
  }
}
