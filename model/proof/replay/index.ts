/**
 * The proof at every instant: a log of calls and changes on hosts, replayed entry by entry, and after each one the question whether anything
 * is open that nobody declared. In the middle of a deployment what is declared need not pass.
 *
 * Four things hold for the whole of a log and are learnt before it is judged: which addresses there are, which machines others route by
 * (a firewall is one before its first client knows, and while its peer holds their addresses), which networks a hypervisor hands to its
 * guests, and where a machine is at home (a bastion is one before its card is plugged in).
 */
import type { Stretch } from "../addresses.ts";
import { AddressSpace } from "../addresses.ts";
import type { AddressOpening, Permission } from "../declared.ts";
import type { Model } from "../model.ts";
import { mentioned, routersOf } from "../model.ts";
import type { Family, Network, Node, Ruleset } from "../network.ts";
import { loadRulesets } from "../nft-tables.ts";
import type { Sites } from "../places.ts";
import { prefixesOf } from "../places.ts";
import type { Proof } from "../prove.ts";
import { Checker, type Findings } from "./checker.ts";
import { DayZero } from "./day-zero.ts";
import { type Difference, differencesAt } from "./differences.ts";
import type { Entry } from "./entries.ts";
import { entryText } from "./entries.ts";
import { World } from "./world.ts";

export type { Difference } from "./differences.ts";
export type { Entry } from "./entries.ts";

export interface Declarations {
  readonly permissions: readonly Permission[];
  readonly sites: Sites;
}

export interface ReplayOptions extends Declarations {
  /** What is declared instead for entries after one, in order: while an update is under way, what either estate declares. */
  readonly later?: readonly (Declarations & { readonly after: number })[];
  /** Entries up to this one are only followed. */
  readonly after?: number;
  /** Sequences after which the whole proof is made as well, and compared. */
  readonly compareAt?: ReadonlySet<number>;
}

type AnyViolation = Proof["violations"][number];

/** Something open from one entry on. */
export interface OpenInstant {
  readonly sequence: number;
  /** The call or change. */
  readonly entry: string;
  readonly violation: AnyViolation;
  /** The entry that closed it; undefined: open to the end. */
  until: number | undefined;
}

export interface UndeterminedInstant {
  readonly sequence: number;
  readonly entry: string;
  readonly undetermined: Proof["undetermined"][number];
  until: number | undefined;
}

export interface Replay {
  readonly entries: number;
  /** Entries after which the network was another one. */
  readonly instants: number;
  /** What single places reach, worked out again. */
  readonly rows: number;
  readonly open: readonly OpenInstant[];
  readonly undetermined: readonly UndeterminedInstant[];
  readonly compared: number;
  readonly differences: readonly Difference[];
  /** Bare metal whose first boot's opening to the bastions is still there at the end. */
  readonly dayZero: readonly string[];
}

export function replay(entries: readonly Entry[], options: ReplayOptions): Replay {
  const { after = 0, compareAt = new Set<number>() } = options;
  const later = [...(options.later ?? [])];
  let declared: Declarations = options;
  const carriers = learnCarriers(entries);
  const { spaces, routers, homes } = learn(
    entries,
    carriers,
    [options, ...later].flatMap(({ sites }) => prefixesOf(sites)),
  );
  const world = new World(carriers, homes);
  const checkers: Checker[] = [];
  const judge = (): Checker => {
    const { permissions, sites } = declared;
    const checker = new Checker({ permissions, sites, spaces, routers });
    checkers.push(checker);
    return checker;
  };
  let checker = judge();
  const dayZero = new DayZero();
  const open = new Ledger<AnyViolation, OpenInstant>();
  const doubts = new Ledger<Proof["undetermined"][number], UndeterminedInstant>();
  const differences: Difference[] = [];
  let instants = 0;
  let compared = 0;
  let last: Instant | undefined;
  for (const entry of entries) {
    const changed = world.apply(entry);
    for (let next = later[0]; next !== undefined && next.after < entry.sequence; next = later[0]) {
      declared = next;
      checker = judge();
      last = undefined;
      later.shift();
    }
    if (entry.sequence <= after) continue;
    if (changed || last === undefined) {
      const network = world.network();
      const openings = dayZero.openings(network, world);
      const { findings, model } = checker.check(network, openings);
      instants += 1;
      last = { network, findings, openings, model };
      const at = { sequence: entry.sequence, entry: entryText(entry) };
      open.now(findings.violations, violationKey, entry.sequence, (violation) => ({
        ...at,
        violation,
        until: undefined,
      }));
      doubts.now(findings.undetermined, JSON.stringify, entry.sequence, (undetermined) => ({
        ...at,
        undetermined,
        until: undefined,
      }));
    }
    if (isEndOfRun(entry)) dayZero.seal(world, last);
    if (compareAt.has(entry.sequence)) {
      const { network, findings, openings } = last;
      compared += 1;
      differences.push(
        ...differencesAt(entry.sequence, findings, network, {
          permissions: declared.permissions,
          sites: declared.sites,
          routers,
          openings: [...openings.values()],
        }),
      );
    }
  }
  return {
    entries: entries.filter(({ sequence }) => sequence > after).length,
    instants,
    rows: checkers.reduce((sum, { proved }) => sum + proved, 0),
    open: open.all,
    undetermined: doubts.all,
    compared,
    differences,
    dayZero: dayZero.left(world),
  };
}

interface Instant {
  readonly network: Network;
  readonly findings: Findings;
  readonly openings: ReadonlyMap<string, AddressOpening>;
  readonly model: Model;
}

/** A script on a host has ended: what it left is what it meant to leave. */
function isEndOfRun(entry: Entry): boolean {
  return entry.type === "host" && entry.kind === "command";
}

/** Findings from when they first appear until they are gone. */
class Ledger<Item, Record extends { until: number | undefined }> {
  readonly all: Record[] = [];
  #there = new Map<string, Record>();

  now(items: readonly Item[], keyOf: (item: Item) => string, at: number, make: (item: Item) => Record): void {
    const there = new Map<string, Record>();
    for (const item of items) {
      const key = keyOf(item);
      if (there.has(key)) continue;
      const known = this.#there.get(key);
      const record = known ?? make(item);
      if (known === undefined) this.all.push(record);
      there.set(key, record);
    }
    for (const [key, record] of this.#there) if (!there.has(key) && "until" in record) record.until = at;
    this.#there = there;
  }
}

function violationKey(violation: AnyViolation): string {
  if (violation.kind === "forwarding") return `forwarding ${violation.node}`;
  const { family, from, to, receiver, services } = violation;
  return [family, from, to, receiver ?? "", ...services].join(" ");
}

function learnCarriers(entries: readonly Entry[]): ReadonlySet<string> {
  const world = new World(new Set());
  const found = new Set<string>();
  for (const entry of entries) {
    if (entry.type === "call" && entry.method === "GET") continue;
    const isFile = entry.type === "host" && entry.kind === "file";
    if (world.apply(entry) && entry.type === "host" && !isFile)
      for (const each of world.carriedBy(entry.machineId)) found.add(each);
  }
  return found;
}

/** Addresses and routers of every instant. */
function learn(
  entries: readonly Entry[],
  carriers: ReadonlySet<string>,
  asked: readonly string[],
): {
  spaces: Readonly<Record<Family, AddressSpace>>;
  routers: ReadonlySet<string>;
  homes: ReadonlyMap<string, readonly string[]>;
} {
  const world = new World(carriers);
  const stretches: [Stretch[], Stretch[]] = [[], []];
  const routers = new Set<string>();
  const homes = new Map<string, readonly string[]>();
  const nodes = new WeakSet<Node>();
  const rulesets = new WeakSet<readonly Ruleset[]>();
  for (const entry of entries) {
    if (!world.apply(entry)) continue;
    const network = world.network();
    for (const key of routersOf(world.withStandbys(network))) routers.add(key);
    const fresh = network.nodes.filter((node) => !nodes.has(node));
    const tables = new Map(
      fresh
        .filter((node) => !rulesets.has(node.rulesets))
        .map((node) => [node.key, loadRulesets(node.rulesets.map(({ json }) => json))]),
    );
    for (const node of fresh) {
      const own = node.legs.flatMap(({ privateNetwork }) => privateNetwork ?? []);
      homes.set(node.key, [...new Set([...(homes.get(node.key) ?? []), ...own])]);
      nodes.add(node);
      rulesets.add(node.rulesets);
    }
    const isPlace = entry.type === "call";
    if (fresh.length === 0 && !isPlace) continue;
    const [four = [], six = []] = mentioned({ ...network, nodes: fresh }, tables, [
      ...asked,
      ...world.bastionAddresses(),
    ]);
    stretches[0].push(...four);
    stretches[1].push(...six);
  }
  return {
    spaces: { 4: new AddressSpace(4, stretches[0]), 6: new AddressSpace(6, stretches[1]) },
    routers,
    homes,
  };
}
