/** The proof at every instant of what happened: the simulator's log, replayed. */
import type { Estate } from "../../model/estate/index.ts";
import type { Declarations } from "../../model/proof/declarations.ts";
import type {
  Difference,
  Entry,
  OpenInstant,
  Replay,
  UndeterminedInstant,
} from "../../model/proof/replay/index.ts";
import { replay } from "../../model/proof/replay/index.ts";
import type { ReportedUnknown, ReportedViolation } from "./report.ts";
import { unknownOf, violationOf } from "./words.ts";

interface At {
  readonly sequence: number;
  /** The call or the change on a host: `PUT /vpc/v2/…`, `payroll-db: rules`. */
  readonly entry: string;
  /** The entry that ended it; absent: it is so to this day. */
  readonly until?: number;
}

export interface InstantsReport {
  readonly estate: string;
  readonly after: number;
  readonly entries: number;
  /** Entries after which the network was another one: each proved. */
  readonly instants: number;
  /** Nothing undeclared was ever open, nothing was unknown, and the whole proof said the same wherever it was asked. */
  readonly held: boolean;
  readonly open: readonly (At & ReportedViolation)[];
  readonly undetermined: readonly (At & ReportedUnknown)[];
  /** Entries after which the whole proof was made as well, and what it said otherwise. */
  readonly compared: number;
  readonly differences: readonly Difference[];
  /** Servers that still answer the bastions on their public address, as on their first day. */
  readonly dayZero: readonly string[];
  readonly seconds: number;
}

export interface InstantsQuestion {
  readonly estate: Estate;
  readonly declared: Declarations;
  readonly entries: readonly Entry[];
  readonly after: number;
  /** After how many entries, drawn by a seed that is always the same, the whole proof is made as well. */
  readonly compare: number;
}

export function proveInstants({
  estate,
  declared,
  entries,
  after,
  compare,
}: InstantsQuestion): InstantsReport {
  const began = performance.now();
  const found = replay(entries, {
    ...declared,
    after,
    compareAt: drawn(
      entries.map(({ sequence }) => sequence).filter((sequence) => sequence > after),
      compare,
    ),
  });
  return {
    estate: estate.organisation.organisation,
    after,
    entries: found.entries,
    instants: found.instants,
    held: isHeld(found),
    open: found.open.map((each) => ({ ...atOf(each), ...violationOf(each.violation) })),
    undetermined: found.undetermined.map((each) => ({ ...atOf(each), ...unknownOf(each.undetermined) })),
    compared: found.compared,
    differences: found.differences,
    dayZero: found.dayZero,
    seconds: Math.round(performance.now() - began) / 1000,
  };
}

function isHeld({ entries, open, undetermined, differences }: Replay): boolean {
  return entries > 0 && open.length + undetermined.length + differences.length === 0;
}

function atOf({ sequence, entry, until }: OpenInstant | UndeterminedInstant): At {
  return { sequence, entry, ...(until === undefined ? {} : { until }) };
}

/** So many of a list, each once; the same for the same list. */
function drawn(list: readonly number[], count: number): ReadonlySet<number> {
  const left = [...list];
  const found = new Set<number>();
  let state = 20_261_125;
  while (left.length > 0 && found.size < count) {
    // The generator of Numerical Recipes: any that is spread will do.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const [one] = left.splice(state % left.length, 1);
    found.add(one as number);
  }
  return found;
}
