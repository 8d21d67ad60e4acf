/** What the page of a proof says, as data: every pair with its verdict, and why what is open is open. Texts that recur are told once. */
import type { Pair, PairVerdict } from "../../../model/proof/matrix.ts";
import type { Network } from "../../../model/proof/network.ts";
import type { Passage } from "../../../model/proof/passages.ts";
import type { Permission } from "../../../model/proof/permissions.ts";
import type { ReportedDeclaration } from "../explain.ts";
import { declarationOf, hopOf } from "../explain.ts";
import { few } from "../lines.ts";
import { type ReadNetwork, sourceText } from "../networks.ts";
import type { Proved } from "../prove.ts";
import { worst } from "../verdicts.ts";
import { packetText } from "../words.ts";
import { type Finding, findingsOf } from "./findings.ts";
import { byText, type Party, partiesOf } from "./parties.ts";

/** A row and a column of the proof itself. Places that permissions call by one name are one. */
export interface BookPlace {
  readonly name: string;
  readonly prefixes: readonly string[];
  /** Index of the application or platform network that it belongs to. */
  readonly party: number;
}

/** What passes between two places. All numbers but the family are indices, those of services and lines into the texts. */
export interface BookPair {
  readonly from: number;
  readonly to: number;
  readonly family: 4 | 6;
  readonly services: number;
}

/** What one declaration lets pass. */
export interface BookPassage extends BookPair {
  readonly declaration: number;
  /** One of the packets that pass. */
  readonly packet: string;
  /** Machines and filters on its way, in order. */
  readonly hops: readonly number[];
  /** Machines that take it; empty: it leaves the estate. */
  readonly receivers: string;
}

export interface BookFinding extends Pick<Finding, "kind" | "title"> {
  /** Absent where it is not about two places. */
  readonly from?: number;
  readonly to?: number;
  readonly lines: readonly number[];
}

export interface BookHop {
  readonly layer: string;
  readonly at: string;
  /** What let it pass there; empty: no rule of its own. */
  readonly rules: string;
}

export interface Book {
  readonly estate: string;
  /** `as deployed`. */
  readonly source: string;
  /** Arguments of other commands that read the same network. */
  readonly options: string;
  readonly lost: readonly string[];
  readonly verdict: "holds" | "does not hold" | "undetermined";
  /** How many pairs have each verdict, as the proof counts them. */
  readonly pairs: Readonly<Record<PairVerdict, number>>;
  readonly requiredFlowsPassed: number;
  readonly parties: readonly Party[];
  readonly places: readonly BookPlace[];
  /** A letter a pair ({@link letters}), a row a sender, for IPv4 and for IPv6. */
  readonly verdicts: readonly [string, string];
  /** Pairs between which something passes. */
  readonly open: readonly BookPair[];
  readonly passages: readonly BookPassage[];
  readonly hops: readonly BookHop[];
  readonly declarations: readonly ReportedDeclaration[];
  readonly findings: readonly BookFinding[];
  readonly texts: readonly string[];
}

/** `-`: the proof has no such pair, as of a place and itself. */
export const letters = {
  allowed: "a",
  denied: "d",
  undetermined: "u",
  violated: "v",
} as const satisfies Record<PairVerdict, string>;

export function bookOf({ estate, network, source }: ReadNetwork, proved: Proved): Book {
  const { proof, report } = proved;
  const names = [...new Set(proof.pairs.flatMap(({ from, to }) => [from, to]))].sort(byText);
  const index = new Map(names.map((name, at) => [name, at]));
  const at = (name: string): number => index.get(name) as number;
  const texts = new Interned<string>();
  const { parties, partyOf } = partiesOf(estate, names);
  const interned = { texts, hops: new Interned<BookHop>(), declarations: new Interned<Permission>() };
  const passages = proved
    .passages()
    .map((passage) => passageOf(passage, at, interned))
    .sort((a, b) => a.from - b.from || a.to - b.to || a.family - b.family);
  const isOpen = report.violations.length > 0 || report.requiredFlowsFailed.length > 0;
  return {
    estate: report.estate,
    source: sourceText(source),
    options: source === "states" ? "" : ` --from ${source}`,
    lost: report.lost,
    verdict: report.held ? "holds" : isOpen ? "does not hold" : "undetermined",
    pairs: countsOf(proof.pairs),
    requiredFlowsPassed: proof.requiredFlowsPassed,
    parties,
    places: names.map((name) => ({ name, prefixes: prefixesOf(network, name), party: partyOf(name) })),
    verdicts: [lettersOf(proof.pairs, 4, at, names.length), lettersOf(proof.pairs, 6, at, names.length)],
    open: proof.pairs
      .filter(({ services }) => services.length > 0)
      .map(({ from, to, family, services }) => ({
        from: at(from),
        to: at(to),
        family,
        services: texts.indexOf(services.join(", ")),
      })),
    passages,
    hops: interned.hops.all,
    declarations: interned.declarations.all.map(declarationOf),
    findings: findingsOf(proved).map((finding) => foundOf(finding, index, texts)),
    texts: texts.all,
  };
}

function passageOf(
  passage: Passage<Permission>,
  at: (name: string) => number,
  {
    texts,
    hops,
    declarations,
  }: {
    readonly texts: Interned<string>;
    readonly hops: Interned<BookHop>;
    readonly declarations: Interned<Permission>;
  },
): BookPassage {
  const { from, to, family, services, packet, receivers, declaration } = passage;
  return {
    from: at(from),
    to: at(to),
    family,
    services: texts.indexOf(services.join(", ")),
    declaration: declarations.indexOf(declaration),
    packet: packetText(packet),
    hops: passage.hops.map((hop) => {
      const { layer, at: where, incoming, rules } = hopOf(hop);
      const place = incoming === undefined ? where : `${where} (${incoming})`;
      return hops.indexOf({ layer, at: place, rules: rules.join("; ") });
    }),
    receivers: few(receivers, 6),
  };
}

/** A place that the proof has no pair of, as one whose network is gone, is nowhere on the page. */
function foundOf(
  { kind, from, to, title, lines }: Finding,
  index: ReadonlyMap<string, number>,
  texts: Interned<string>,
): BookFinding {
  const [sender, receiver] = [from, to].map((name) => index.get(name ?? ""));
  const between = sender === undefined || receiver === undefined ? {} : { from: sender, to: receiver };
  return { kind, ...between, title, lines: lines.map((line) => texts.indexOf(line)) };
}

/** Each different value once, by what it says. */
class Interned<Value> {
  readonly all: Value[] = [];
  readonly #index = new Map<string, number>();

  indexOf(value: Value): number {
    const text = JSON.stringify(value);
    const known = this.#index.get(text);
    if (known !== undefined) return known;
    this.#index.set(text, this.all.length);
    return this.all.push(value) - 1;
  }
}

function lettersOf(
  pairs: readonly Pair[],
  family: Pair["family"],
  at: (name: string) => number,
  size: number,
): string {
  const found = new Array<PairVerdict | undefined>(size * size).fill(undefined);
  for (const pair of pairs.filter((each) => each.family === family)) {
    const cell = at(pair.from) * size + at(pair.to);
    found[cell] = worst([found[cell], pair.verdict]);
  }
  return found.map((verdict) => (verdict === undefined ? "-" : letters[verdict])).join("");
}

function countsOf(pairs: readonly Pair[]): Book["pairs"] {
  const of = (verdict: PairVerdict): number => pairs.filter((pair) => pair.verdict === verdict).length;
  return {
    allowed: of("allowed"),
    denied: of("denied"),
    undetermined: of("undetermined"),
    violated: of("violated"),
  };
}

function prefixesOf({ privateNetworks }: Network, name: string): readonly string[] {
  return privateNetworks.filter((each) => each.name === name).flatMap(({ prefixes }) => prefixes);
}
