import type { Call } from "../core/kind.ts";
import type { Body } from "../store/store.ts";
import { stableId } from "./instance-catalogue.ts";

interface Engine {
  readonly name: "PostgreSQL" | "MySQL";
  readonly version: string;
  readonly endOfLife: string;
  /** No new instance of it is sold. */
  readonly disabled: boolean;
}

/** Versions of the engines, as answered on 2025-11-26. */
const engines: readonly Engine[] = [
  { name: "MySQL", version: "8", endOfLife: "2026-04-01", disabled: false },
  { name: "PostgreSQL", version: "17", endOfLife: "2029-11-08", disabled: false },
  { name: "PostgreSQL", version: "16", endOfLife: "2028-11-09", disabled: false },
  { name: "PostgreSQL", version: "15", endOfLife: "2027-11-11", disabled: false },
  { name: "PostgreSQL", version: "14", endOfLife: "2026-11-12", disabled: false },
  { name: "PostgreSQL", version: "13", endOfLife: "2025-11-13", disabled: true },
];

export const engineNames: readonly string[] = engines.map(({ name, version }) => `${name}-${version}`);

/** Newer versions of an instance's engine, as it answers them. */
export function upgradesOf(
  engine: string,
): { id: string; name: string; version: string; minor_version: string }[] {
  const [name, version] = engine.split("-");
  return engines
    .filter((one) => one.name === name && !one.disabled && Number(one.version) > Number(version))
    .map((one) => ({
      id: stableId("engine", one.name, one.version),
      name: `${one.name}-${one.version}`,
      version: one.version,
      minor_version: `${one.version}.7`,
    }))
    .reverse();
}

/** Settings of a new instance of the smallest node, by engine. */
const initial: Readonly<Record<Engine["name"], Readonly<Record<string, string>>>> = {
  PostgreSQL: {
    effective_cache_size: "1300",
    maintenance_work_mem: "150",
    max_connections: "100",
    max_parallel_workers: "0",
    max_parallel_workers_per_gather: "0",
    work_mem: "4",
  },
  MySQL: { innodb_buffer_pool_size: "512", max_connections: "100" },
};

export function initialSettings(engine: string): Body[] {
  const name = engine.startsWith("MySQL") ? "MySQL" : "PostgreSQL";
  return Object.entries(initial[name]).map(([setting, value]) => ({ name: setting, value }));
}

function setting(name: string, type: string, initially: string, bounds: Body): Body {
  return {
    name,
    property_type: type,
    default_value: initially,
    description: "",
    hot_configurable: bounds.hot !== false,
    unit: bounds.unit ?? null,
    string_constraint: bounds.constraint ?? null,
    int_min: bounds.intMin ?? null,
    int_max: bounds.intMax ?? null,
    float_min: bounds.floatMin ?? null,
    float_max: bounds.floatMax ?? null,
  };
}

/** Some of the settings that an engine takes, one of each type; any is taken here. */
const settings: readonly Body[] = [
  setting("max_connections", "INT", "100", { hot: false, intMin: 50, intMax: 10_000 }),
  setting("work_mem", "INT", "4", { intMin: 1, intMax: 1024, unit: "MB" }),
  setting("jit", "BOOLEAN", "on", {}),
  setting("timezone", "STRING", "UTC", { constraint: "^[A-Za-z/_]+$" }),
  setting("autovacuum_vacuum_scale_factor", "FLOAT", "0.2", { floatMin: 0, floatMax: 1 }),
];

const atCreation = setting("lower_case_table_names", "INT", "0", { hot: false, intMin: 0, intMax: 1 });

function engineBody(name: Engine["name"], region: string): Body {
  return {
    name,
    logo_url: `https://rdb-logos.invalid/${name.toLowerCase()}.svg`,
    region,
    versions: engines
      .filter((engine) => engine.name === name)
      .map(({ version, endOfLife, disabled }) => ({
        name: `${name}-${version}`,
        version,
        end_of_life: `${endOfLife}T00:00:00Z`,
        available_settings: settings,
        available_init_settings: name === "MySQL" ? [atCreation] : [],
        disabled,
        beta: false,
      })),
  };
}

export const engineCalls: readonly Call[] = [
  {
    method: "GET",
    path: "/rdb/v1/regions/:region/database-engines",
    run: (_world, { locality }) => ({
      status: 200,
      body: { engines: [engineBody("MySQL", locality), engineBody("PostgreSQL", locality)], total_count: 2 },
    }),
  },
];
