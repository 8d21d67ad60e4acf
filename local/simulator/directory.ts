import type { World } from "./core/world.ts";
import type { Zones } from "./http/zones.ts";
import type { Machine, MachineDirectory } from "./machines.ts";
import { bareMetalMachine } from "./services/baremetal-machine.ts";
import { instanceMachine } from "./services/instance-machine.ts";
import type { Resource } from "./store/store.ts";

const views: Readonly<Record<string, (world: World, resource: Resource) => Machine>> = {
  "baremetal.server": bareMetalMachine,
  "instance.server": instanceMachine,
};

/** How far from a touched resource a machine may be: address → NIC → server. */
const reach = 3;

/** The machines of the API, told to whoever listens when a commit changed them. */
export class Directory implements MachineDirectory {
  readonly #world: World;
  readonly #zones: Zones;
  readonly #listeners = new Set<(machineId: string) => void>();
  readonly #told = new Map<string, string>();

  constructor(world: World, zones: Zones) {
    this.#world = world;
    this.#zones = zones;
    for (const machine of this.list()) this.#told.set(machine.id, JSON.stringify(machine));
  }

  list(): Machine[] {
    return Object.keys(views)
      .flatMap((kind) => this.#world.store.list({ kind }))
      .map((resource) => this.#machine(resource))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get(id: string): Machine | undefined {
    const resource = this.#world.store.get(id);
    return resource && resource.kind in views ? this.#machine(resource) : undefined;
  }

  onChange(listener: (machineId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tells of the machines that a commit changed. */
  committed(touched: ReadonlySet<string>): void {
    const ids = new Set<string>();
    for (const id of touched) this.#near(id, reach, ids);
    for (const id of [...ids].sort()) this.#tell(id);
  }

  zoneChanged(zone: string): void {
    for (const machine of this.list()) if (machine.zone === zone) this.#tell(machine.id);
  }

  /** Collects the machines near a resource: itself, its parent's, those that refer to it. */
  #near(id: string, steps: number, found: Set<string>): void {
    const { store } = this.#world;
    if (this.#told.has(id)) found.add(id);
    const resource = store.get(id);
    if (resource && resource.kind in views) {
      found.add(id);
      return;
    }
    if (steps === 0) return;
    if (resource?.kind === "iam.ssh_key") {
      for (const machine of this.list()) if (machine.projectId === resource.project) found.add(machine.id);
      return;
    }
    if (resource?.parent) this.#near(resource.parent, steps - 1, found);
    // A private network is near every machine on it: only what belongs to one machine is followed.
    if (resource && !["vpc.private_network", "vpc.vpc", "account.project"].includes(resource.kind)) {
      for (const source of store.sources(id)) this.#near(source, steps - 1, found);
    }
  }

  #tell(id: string): void {
    const machine = this.get(id);
    const text = machine && JSON.stringify(machine);
    if (text === this.#told.get(id)) return;
    if (text === undefined) this.#told.delete(id);
    else this.#told.set(id, text);
    for (const listener of this.#listeners) listener(id);
  }

  #machine(resource: Resource): Machine {
    const view = views[resource.kind] as (world: World, resource: Resource) => Machine;
    const machine = view(this.#world, resource);
    return this.#zones.lost(machine.zone) ? { ...machine, power: "lost" } : machine;
  }
}
