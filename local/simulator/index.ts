import type { DatabaseSync } from "node:sqlite";
import { type Assumptions, defaultAssumptions, type Quotas } from "./core/options.ts";
import { World } from "./core/world.ts";
import { Directory } from "./directory.ts";
import { Control, type Controlled } from "./http/control.ts";
import { Gateway } from "./http/gateway.ts";
import { Log, type LogEntry } from "./http/log.ts";
import { Routes } from "./http/routes.ts";
import { type Listening, listen } from "./http/server.ts";
import { type LossMode, Zones } from "./http/zones.ts";
import type { HostStore, MachineDirectory, NetworkDirectory } from "./machines.ts";
import { seedProject } from "./services/account.ts";
import { resolveName } from "./services/domain-resolver.ts";
import { services } from "./services/index.ts";
import { pushedRoutes } from "./services/machine-parts.ts";
import { openDatabase } from "./store/database.ts";
import { Seal } from "./store/seal.ts";
import { Store } from "./store/store.ts";

export type { Assumptions, QuotaName, Quotas } from "./core/options.ts";
export { defaultAssumptions, defaultQuotas } from "./core/options.ts";
export type { CallEntry, ControlEntry, HostEntry, LogEntry } from "./http/log.ts";
export type { LossMode, LostZone } from "./http/zones.ts";
export type { DnsAnswer } from "./services/domain-resolver.ts";

export interface SimulatorOptions {
  /** SQLite file; made with its folder when it is not there. Everything is kept in it. */
  readonly stateFile: string;
  /** Loopback port; 0 (default) takes any free one. */
  readonly port?: number | undefined;
  /** The secret key that is accepted besides those the IAM API makes. A UUID. */
  readonly secretKey: string;
  /** Opens the control API, and nothing else. */
  readonly controlToken: string;
  readonly organizationId: string;
  /** The default project. */
  readonly projectId: string;
  /** What is granted beyond (or below) Scaleway's defaults. */
  readonly quotas?: Quotas | undefined;
  readonly assumptions?: Partial<Assumptions> | undefined;
  /** CIDR of public IPv4 addresses, 127.64.0.0/10 by default; of its own where two simulators run side by side. */
  readonly publicAddresses?: string | undefined;
}

export interface Simulator {
  /** Value for SCW_API_URL, without a trailing slash. */
  readonly url: string;
  readonly machines: MachineDirectory;
  readonly networks: NetworkDirectory;
  readonly log: Log;
  readonly hosts: HostStore;
  readonly assumptions: Assumptions;
  loseZone(zone: string, mode: LossMode): void;
  restoreZone(zone: string): void;
  /** Calls `listener` after each change of a machine; returns what stops it. */
  onMachineChange(listener: (machineId: string) => void): () => void;
  close(): Promise<void>;
}

function hostStore(store: Store): HostStore {
  return {
    load: (id) =>
      store.statement("SELECT state FROM host WHERE machine = ?").get(id)?.state as string | undefined,
    save: (id, json) =>
      void store.statement("INSERT OR REPLACE INTO host (machine, state) VALUES (?, ?)").run(id, json),
    remove: (id) => void store.statement("DELETE FROM host WHERE machine = ?").run(id),
  };
}

function census(database: DatabaseSync): Record<string, number> {
  const rows = database.prepare("SELECT kind, COUNT(*) AS n FROM resource GROUP BY kind ORDER BY kind").all();
  return Object.fromEntries(rows.map((row) => [row.kind as string, row.n as number]));
}

/**
 * Starts a simulated Scaleway on loopback. State, log and lost zones are those of the state file; starting again on the
 * same file goes on where it was left.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const database = openDatabase(options.stateFile);
  const store = new Store(database);
  const assumptions = { ...defaultAssumptions, ...options.assumptions };
  const world = new World(
    store,
    {
      organizationId: options.organizationId,
      projectId: options.projectId,
      quotas: () => ({ ...options.quotas, ...JSON.parse(store.setting("quotas") ?? "{}") }),
      assumptions,
      publicAddresses: options.publicAddresses ?? "127.64.0.0/10",
      seal: new Seal(options.secretKey),
    },
    services,
  );
  seedProject(world);
  const zones = new Zones(store);
  const log = new Log(store);
  const machines = new Directory(world, zones);

  const controlled: Controlled = {
    machines,
    status: () => ({ lostZones: zones.all(), resources: census(database), lastEntry: log.last() }),
    entries: (after: number, limit: number): LogEntry[] => log.list(after, limit),
    loseZone: (zone, mode) => {
      zones.lose(zone, mode);
      log.control(`lose ${mode}`, zone);
      machines.zoneChanged(zone);
    },
    restoreZone: (zone) => {
      zones.restore(zone);
      log.control("restore", zone);
      machines.zoneChanged(zone);
    },
    reset: () => {
      const before = machines.list().map((machine) => machine.id);
      store.clear();
      seedProject(world);
      machines.committed(new Set(before));
    },
    resolve: (name, type) => resolveName(world, (zone) => zones.lost(zone) !== undefined, name, type),
    grantQuotas: (quotas) => store.set("quotas", JSON.stringify(quotas)),
  };
  const gateway = new Gateway({
    world,
    routes: new Routes(services),
    zones,
    log,
    secretKey: options.secretKey,
    committed: (touched) => machines.committed(touched),
  });
  let listening: Listening;
  try {
    listening = await listen(gateway, new Control(options.controlToken, controlled), options.port ?? 0);
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    url: listening.url,
    machines,
    networks: { pushedRoutes: (id) => pushedRoutes(world, id) },
    log,
    hosts: hostStore(store),
    assumptions,
    loseZone: controlled.loseZone,
    restoreZone: controlled.restoreZone,
    onMachineChange: (listener) => machines.onChange(listener),
    close: async () => {
      await listening.close();
      database.close();
    },
  };
}
