import type { DatabaseSync, StatementSync } from "node:sqlite";

/** A JSON object of the API, as it is answered. */
export type Body = Record<string, unknown>;

/** Anything the API keeps: one row, whatever its service. */
export interface Resource<B extends object = Body, H extends object = Body> {
  readonly id: string;
  /** Name of its table, `vpc.private_network`. */
  readonly kind: string;
  /** Zone, region, or "" for global resources. */
  readonly locality: string;
  readonly project: string;
  /** Id of the resource it lives and dies with, or "". */
  parent: string;
  name: string;
  /** What the API answers, as kept. */
  body: B;
  /** What the API keeps to itself. */
  hidden: H;
}

/** What a list may be narrowed by; every column given must match. */
export interface Selection {
  readonly kind: string;
  readonly locality?: string | undefined;
  readonly project?: string | undefined;
  readonly parent?: string | undefined;
  readonly name?: string | undefined;
}

type Row = Record<"id" | "kind" | "locality" | "project" | "parent" | "name" | "body" | "hidden", string>;

const columns = ["locality", "project", "parent", "name"] as const;

function fromRow(row: Row): Resource {
  return { ...row, body: JSON.parse(row.body) as Body, hidden: JSON.parse(row.hidden) as Body };
}

/**
 * Resources, their parents and the links between them. Links are references that the API knows of (`role` says which),
 * and are found from either end. All calls are synchronous; what a transaction touched is told at its commit.
 */
export class Store {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #touched = new Set<string>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** One prepared statement a text. */
  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Runs `work` as a whole or not at all. Returns its result and the ids of all resources it touched. */
  transaction<T>(work: () => T): { result: T; touched: ReadonlySet<string> } {
    this.#touched = new Set();
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return { result, touched: this.#touched };
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  insert(resource: Resource<object, object>): void {
    this.statement(
      "INSERT INTO resource (id, kind, locality, project, parent, name, body, hidden) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    ).run(
      resource.id,
      resource.kind,
      resource.locality,
      resource.project,
      resource.parent,
      resource.name,
      JSON.stringify(resource.body),
      JSON.stringify(resource.hidden),
    );
    this.#touch(resource);
  }

  /** Keeps body, hidden, name and parent of a resource that exists. */
  save(resource: Resource<object, object>): void {
    this.statement("UPDATE resource SET parent = ?, name = ?, body = ?, hidden = ? WHERE id = ?").run(
      resource.parent,
      resource.name,
      JSON.stringify(resource.body),
      JSON.stringify(resource.hidden),
      resource.id,
    );
    this.#touch(resource);
  }

  /** Removes a resource, its links at both ends and its bookings. */
  delete(resource: Resource<object, object>): void {
    this.#touch(resource);
    for (const { source, target } of this.statement(
      "SELECT source, target FROM link WHERE source = ? UNION SELECT source, target FROM link WHERE target = ?",
    ).all(resource.id, resource.id) as { source: string; target: string }[]) {
      this.#touched.add(source).add(target);
    }
    this.statement("DELETE FROM link WHERE source = ?").run(resource.id);
    this.statement("DELETE FROM link WHERE target = ?").run(resource.id);
    this.statement("DELETE FROM booking WHERE owner = ?").run(resource.id);
    this.statement("DELETE FROM resource WHERE id = ?").run(resource.id);
  }

  get<B extends object = Body, H extends object = Body>(
    id: string,
    kind?: string,
  ): Resource<B, H> | undefined {
    const row = this.statement(
      "SELECT id, kind, locality, project, parent, name, body, hidden FROM resource WHERE id = ?",
    ).get(id) as Row | undefined;
    if (!row || (kind !== undefined && row.kind !== kind)) return undefined;
    return fromRow(row) as unknown as Resource<B, H>;
  }

  /** In order of creation. */
  list<B extends object = Body, H extends object = Body>(
    selection: Selection,
    page?: { limit: number; offset: number; descending?: boolean },
  ): Resource<B, H>[] {
    const { where, values } = this.#where(selection);
    const order = page?.descending ? "DESC" : "ASC";
    const sql = `SELECT id, kind, locality, project, parent, name, body, hidden FROM resource WHERE ${where} ORDER BY sequence ${order} LIMIT ? OFFSET ?`;
    const rows = this.statement(sql).all(...values, page?.limit ?? -1, page?.offset ?? 0) as Row[];
    return rows.map(fromRow) as unknown as Resource<B, H>[];
  }

  count(selection: Selection): number {
    const { where, values } = this.#where(selection);
    const row = this.statement(`SELECT COUNT(*) AS n FROM resource WHERE ${where}`).get(...values) as {
      n: number;
    };
    return row.n;
  }

  link(source: string, role: string, target: string): void {
    this.statement("INSERT OR IGNORE INTO link (source, role, target) VALUES (?, ?, ?)").run(
      source,
      role,
      target,
    );
    this.#touched.add(source).add(target);
  }

  unlink(source: string, role: string): void {
    for (const target of this.targets(source, role)) this.#touched.add(target);
    this.statement("DELETE FROM link WHERE source = ? AND role = ?").run(source, role);
    this.#touched.add(source);
  }

  /** Ids that `source` refers to, sorted. */
  targets(source: string, role: string): string[] {
    const rows = this.statement("SELECT target FROM link WHERE source = ? AND role = ? ORDER BY target").all(
      source,
      role,
    );
    return rows.map((row) => row.target as string);
  }

  /** Ids that refer to `target`, sorted. */
  sources(target: string, role?: string): string[] {
    const rows =
      role === undefined
        ? this.statement("SELECT DISTINCT source FROM link WHERE target = ? ORDER BY source").all(target)
        : this.statement("SELECT source FROM link WHERE target = ? AND role = ? ORDER BY source").all(
            target,
            role,
          );
    return rows.map((row) => row.source as string);
  }

  /** Next value of a counter that survives restarts; the first is 1. */
  next(counter: string): number {
    const row = this.statement(
      "INSERT INTO counter (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
    ).get(counter) as { value: number };
    return row.value;
  }

  setting(name: string): string | undefined {
    return this.statement("SELECT value FROM setting WHERE name = ?").get(name)?.value as string | undefined;
  }

  set(name: string, value: string | undefined): void {
    if (value === undefined) this.statement("DELETE FROM setting WHERE name = ?").run(name);
    else this.statement("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)").run(name, value);
  }

  /** Forgets everything, the log included. */
  clear(): void {
    for (const table of ["resource", "link", "booking", "counter", "setting", "log", "host"]) {
      this.#database.exec(`DELETE FROM ${table}`);
    }
  }

  #touch(resource: Resource<object, object>): void {
    this.#touched.add(resource.id);
    if (resource.parent) this.#touched.add(resource.parent);
  }

  #where(selection: Selection): { where: string; values: string[] } {
    const given = columns.filter((column) => selection[column] !== undefined);
    return {
      where: ["kind = ?", ...given.map((column) => `${column} = ?`)].join(" AND "),
      values: [selection.kind, ...given.map((column) => selection[column] as string)],
    };
  }
}
