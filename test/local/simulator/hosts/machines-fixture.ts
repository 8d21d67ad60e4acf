import { createHash } from "node:crypto";
import { newKeyPair } from "../../../../local/simulator/hosts/ssh/key-pair.ts";
import type {
  ChangeLog,
  HostChange,
  HostStore,
  Leg,
  Machine,
  MachineDirectory,
} from "../../../../local/simulator/machines.ts";

/** An in-memory API: machines that a test declares and changes. */
export class TestDirectory implements MachineDirectory {
  private readonly machines = new Map<string, Machine>();
  private readonly listeners = new Set<(id: string) => void>();

  list(): readonly Machine[] {
    return [...this.machines.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get(id: string): Machine | undefined {
    return this.machines.get(id);
  }

  onChange(listener: (id: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  put(machine: Machine): void {
    this.machines.set(machine.id, machine);
    for (const listener of this.listeners) listener(machine.id);
  }

  change(id: string, changes: Partial<Machine>): void {
    const machine = this.machines.get(id);
    if (!machine) throw new Error(`no machine ${id}`);
    this.put({ ...machine, ...changes });
  }

  delete(id: string): void {
    this.machines.delete(id);
    for (const listener of this.listeners) listener(id);
  }
}

export class TestStore implements HostStore {
  readonly kept = new Map<string, string>();
  load(id: string): string | undefined {
    return this.kept.get(id);
  }
  save(id: string, json: string): void {
    this.kept.set(id, json);
  }
  remove(id: string): void {
    this.kept.delete(id);
  }
}

export class TestLog implements ChangeLog {
  readonly changes: HostChange[] = [];
  append(change: HostChange): void {
    this.changes.push(change);
  }
  of(machineId: string, kind: HostChange["kind"]): Record<string, unknown>[] {
    return this.changes
      .filter((change) => change.machineId === machineId && change.kind === kind)
      .map(({ detail }) => detail);
  }
}

function hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A UUID that is always the same for a name. */
export function idOf(name: string): string {
  const digits = hex(name);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

export function legOf(network: string, cidr: string, address: string, mac: string, vlan?: number): Leg {
  return {
    privateNetworkId: idOf(network),
    vpcId: idOf("vpc"),
    cidr,
    mac,
    vlan,
    addresses: [`${address}/${cidr.split("/")[1]}`],
  };
}

export function machineOf(name: string, changes: Partial<Machine> = {}): Machine {
  return {
    id: idOf(name),
    kind: "bare-metal",
    name,
    zone: "fr-par-1",
    projectId: idOf("project"),
    power: "running",
    installation: idOf(`${name} installation 1`),
    boots: 1,
    userData: "",
    authorizedKeys: [],
    publicAddresses: [],
    legs: [],
    securityGroup: undefined,
    tags: [],
    ...changes,
  };
}

/** A key pair of a test's client. */
export function keyPair(): { secret: string; identity: string } {
  const { private: secret, public: identity } = newKeyPair();
  return { secret, identity };
}

/** A rule as libnftables JSON, for chain and expressions. */
export function rule(chain: string, ...expr: object[]): object {
  return { add: { rule: { family: "inet", table: "filter", chain, expr } } };
}

export function match(protocol: string, field: string, right: unknown, op = "=="): object {
  return { match: { op, left: { payload: { protocol, field } }, right } };
}

export function meta(key: string, right: unknown): object {
  return { match: { op: "==", left: { meta: { key } }, right } };
}

export const established = {
  match: { op: "in", left: { ct: { key: "state" } }, right: ["established", "related"] },
};

/** A whole document: flush, one inet table with the three filter chains, dropping by default, then more. */
export function filterDocument(...commands: object[]): string {
  const chain = (hook: string): object => ({
    add: {
      chain: { family: "inet", table: "filter", name: hook, type: "filter", hook, prio: 0, policy: "drop" },
    },
  });
  const document = [
    { metainfo: { json_schema_version: 1 } },
    { flush: { ruleset: null } },
    { add: { table: { family: "inet", name: "filter" } } },
    chain("input"),
    chain("forward"),
    chain("output"),
    ...commands,
  ];
  return JSON.stringify({ nftables: document });
}
