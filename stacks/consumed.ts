/** Looks up what other stacks made, and keeps what was looked up: the stack's output `consumes`. */
import type { Foundation } from "../components/foundation.ts";
import { type FoundationContract, readContract } from "./contracts.ts";
import { expectedFoundation } from "./expected.ts";
import { sshKeysOf } from "./operator-key.ts";
import type { StackRun } from "./program.ts";

/** Notes each thing that is used, by kind and key. */
export class Ledger {
  readonly #entries = new Map<string, Map<string, unknown>>();

  /** Returns the value, after noting it. */
  use<Value>(kind: string, key: string, values: Readonly<Record<string, Value>>): Value {
    const value = values[key];
    if (value === undefined) throw new Error(`the plan has no ${kind} of the key ${key}`);
    const entries = this.#entries.get(kind) ?? new Map<string, unknown>();
    this.#entries.set(kind, entries.set(key, value));
    return value;
  }

  /** Everything noted so far, sorted. */
  consumes(): Record<string, Record<string, unknown>> {
    const sorted = <Value>(map: ReadonlyMap<string, Value>): [string, Value][] =>
      [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return Object.fromEntries(
      sorted(this.#entries).map(([kind, entries]) => [kind, Object.fromEntries(sorted(entries))]),
    );
  }
}

/** Notes every private network's prefix: a firewall's rules name networks that it has no leg in. */
export function noteSubnets(contract: FoundationContract, ledger: Ledger): void {
  for (const key of Object.keys(contract.subnets)) ledger.use("subnets", key, contract.subnets);
}

/** Reads the foundation's contract; every lookup in `foundation` is noted in the ledger. */
export async function readFoundation(
  { plan, upstream }: Pick<StackRun, "plan" | "upstream">,
  ledger: Ledger,
): Promise<{ readonly contract: FoundationContract; readonly foundation: Foundation }> {
  const expected = expectedFoundation(plan, sshKeysOf(plan));
  const contract = readContract<FoundationContract>(expected, await upstream("foundation"));
  const foundation: Foundation = {
    privateNetworkId: (key) => ledger.use("privateNetworks", key, contract.privateNetworks),
    reservationId: (key) => ledger.use("reservations", key, contract.reservations),
    publicAddress: (key) => ledger.use("publicAddresses", key, contract.publicAddresses),
    sshKeyIds: () =>
      Object.keys(contract.sshKeys)
        .sort()
        .map((key) => ledger.use("sshKeys", key, contract.sshKeys)),
  };
  return { contract, foundation };
}
