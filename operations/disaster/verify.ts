/** What people and applications would see while a zone is lost: where names lead, which member writes, who was called. */
import type { Plan } from "../../model/plan/index.ts";
import { stackName } from "../../stacks/stack-names.ts";
import type { LogEntry, SimulatorControl } from "../embedded/simulator-control.ts";
import { pulumi, type Workspace } from "../engine/engine.ts";

export interface Verification {
  /** Published names with what a resolver answers now. `lost`: an address of the lost zone, or none at all. */
  readonly names: readonly {
    readonly name: string;
    readonly addresses: readonly string[];
    readonly verdict: "served" | "lost";
  }[];
  /** Groups with one writer, and whether the survivor's member was told to write since the loss. */
  readonly writers: readonly {
    readonly group: string;
    readonly server: string;
    readonly verdict: "told" | "not told";
  }[];
  /** Calls of Scaleway's API since the loss; those to the lost zone are what must not be. */
  readonly calls: { readonly all: number; readonly toLostZone: readonly string[] };
}

export interface Loss {
  readonly plan: Plan;
  readonly lost: "par-1" | "par-2";
  /** Last log entry before the zone was lost. */
  readonly after: number;
  /** Whether the survivor took over from the lost zone, or served already. */
  readonly tookOver: boolean;
}

export async function verify(
  workspace: Workspace,
  control: SimulatorControl,
  loss: Loss,
): Promise<Verification> {
  const { plan, lost, after, tookOver } = loss;
  const zone = plan.zones[lost];
  const told = new Set<string>();
  const toLostZone: string[] = [];
  let all = 0;
  for await (const entry of control.log(after)) {
    if (entry.type === "host" && entry.kind === "command" && entry.detail.exitCode === 0)
      told.add(entry.name);
    if (entry.type !== "call") continue;
    all += 1;
    if (concerns(entry, zone)) toLostZone.push(`${entry.method} ${entry.path}`);
  }
  const survivor = lost === "par-1" ? "par-2" : "par-1";
  const writers = plan.dr.writers.map(({ key, hosts }) => {
    const { server } = hosts[survivor];
    const verdict =
      !tookOver || told.has(`${plan.estate}-${server}`) ? ("told" as const) : ("not told" as const);
    return { group: key, server, verdict };
  });
  return { names: await resolveAll(workspace, control, plan, zone), writers, calls: { all, toLostZone } };
}

/** What a verification found wrong, one line each. */
export function faults({ names, writers, calls }: Verification): readonly string[] {
  return [
    ...calls.toLostZone.map((call) => `called the lost zone: ${call}`),
    ...names
      .filter(({ verdict }) => verdict === "lost")
      .map(({ name, addresses }) => `${name} leads to ${addresses.join(", ") || "nowhere"}`),
    ...writers
      .filter(({ verdict }) => verdict === "not told")
      .map(({ group, server }) => `${server} was not told to write for ${group}`),
  ];
}

async function resolveAll(
  workspace: Workspace,
  control: SimulatorControl,
  plan: Plan,
  lostZone: string,
): Promise<Verification["names"]> {
  const gone = await addressesIn(workspace, plan.estate, lostZone);
  const names = [
    ...plan.dr.records
      .filter(({ kind }) => kind !== "fixed")
      .map(({ name }) => (name === "" ? plan.domain : `${name}.${plan.domain}`)),
    ...plan.edge.pipelines.map(({ fqdn }) => fqdn),
  ].sort();
  return Promise.all(
    names.map(async (name) => {
      const { addresses } = await control.resolve(name);
      const served = addresses.length > 0 && addresses.every((address) => !gone.has(address));
      return { name, addresses, verdict: served ? ("served" as const) : ("lost" as const) };
    }),
  );
}

/** The public addresses that `foundation` reserved in a zone; their ids begin with its name. */
async function addressesIn(workspace: Workspace, estate: string, zone: string): Promise<ReadonlySet<string>> {
  const output = await pulumi(workspace, [
    "stack",
    "output",
    "provides",
    "--json",
    "--stack",
    stackName(estate, "foundation"),
  ]);
  const { publicAddresses } = JSON.parse(output) as {
    publicAddresses: Record<string, { id: string; address: string }>;
  };
  return new Set(
    Object.values(publicAddresses).flatMap(({ id, address }) => (id.startsWith(`${zone}/`) ? [address] : [])),
  );
}

function concerns(entry: LogEntry, zone: string): boolean {
  return entry.locality === zone || (entry.type === "call" && entry.path.includes(`/zones/${zone}/`));
}
