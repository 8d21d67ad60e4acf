import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

const schema = `
CREATE TABLE IF NOT EXISTS resource (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  locality TEXT NOT NULL,
  project TEXT NOT NULL,
  parent TEXT NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  hidden TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS resource_by_kind ON resource (kind, locality, sequence);
CREATE INDEX IF NOT EXISTS resource_by_parent ON resource (parent, kind, sequence);
CREATE INDEX IF NOT EXISTS resource_by_name ON resource (kind, name, sequence);
CREATE INDEX IF NOT EXISTS resource_by_project ON resource (project, kind, sequence);
CREATE TABLE IF NOT EXISTS link (
  source TEXT NOT NULL,
  role TEXT NOT NULL,
  target TEXT NOT NULL,
  PRIMARY KEY (source, role, target)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS link_by_target ON link (target, role);
CREATE TABLE IF NOT EXISTS booking (
  pool TEXT NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  owner TEXT NOT NULL,
  PRIMARY KEY (pool, first)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS booking_by_owner ON booking (owner);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS log (
  sequence INTEGER PRIMARY KEY,
  time TEXT NOT NULL,
  type TEXT NOT NULL,
  locality TEXT NOT NULL,
  entry TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS host (machine TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
`;

/**
 * Opens (or makes) the state file. Write-ahead log with synchronous=NORMAL: what was answered survives a kill of the
 * process; the last moments may be lost only when the machine itself loses power.
 */
export function openDatabase(stateFile: string): DatabaseSync {
  mkdirSync(dirname(stateFile), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(stateFile, { timeout: 5000 });
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;");
  database.exec(schema);
  return database;
}
