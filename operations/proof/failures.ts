/**
 * `archipel prove --every-failure`: the estate whole, without each zone, and without each member of a firewall pair in turn. In every one
 * of them nothing denied becomes allowed, and every required flow still passes.
 */

import type { Proof } from "../../model/proof/prove.ts";
import { Prover } from "../../model/proof/prove.ts";
import { seconds } from "../terminal.ts";
import { count, table } from "./lines.ts";
import { everyLoss, lossText, nodesLost } from "./losses.ts";
import type { ReadNetwork } from "./networks.ts";
import { inSeconds, sourceText } from "./networks.ts";
import type { ReportedFailure, ReportedUnknown, ReportedViolation } from "./report.ts";
import { failureOf, unknownOf, violationOf } from "./words.ts";

export interface FailureResult {
  /** `none`, `par-1`, `firewall:core-1-par-1`. */
  readonly lost: string;
  readonly nodesLost: number;
  readonly held: boolean;
  readonly violations: readonly ReportedViolation[];
  /** Pairs that are closed while all is well and open without what is lost: `a → b, IPv4: tcp/443`. */
  readonly opened: readonly string[];
  readonly undetermined: readonly ReportedUnknown[];
  readonly requiredFlowsPassed: number;
  readonly requiredFlowsFailed: readonly ReportedFailure[];
  readonly seconds: number;
}

export interface FailuresReport {
  readonly estate: string;
  readonly source: string;
  readonly held: boolean;
  /** Pairs of places decided in all of them together. */
  readonly pairs: number;
  readonly results: readonly FailureResult[];
  readonly seconds: ReadNetwork["seconds"] & { readonly failures: number };
}

/** `tell` hears of each result as it comes. */
export function everyFailure(
  { estate, declared, network, source, seconds: took }: ReadNetwork,
  tell: (result: FailureResult) => void = () => {},
): FailuresReport {
  const began = performance.now();
  const prover = new Prover(network, declared.permissions, { sites: declared.sites });
  const { zones } = estate.organisation;
  const losses = everyLoss(network).map((loss) => ({
    name: lossText(loss),
    nodes: nodesLost(network, loss, zones),
  }));
  let healthy: Open | undefined;
  let pairs = 0;
  const results = [{ name: "none", nodes: [] as readonly string[] }, ...losses].map(
    ({ name, nodes }): FailureResult => {
      const start = performance.now();
      const proof = prover.prove({ nodes });
      pairs += proof.pairs.length;
      const open = openOf(proof);
      healthy ??= open;
      const opened = openedBy(healthy, open);
      const result: FailureResult = {
        lost: name,
        nodesLost: nodes.length,
        held: proof.held && opened.length === 0,
        violations: proof.violations.map(violationOf),
        opened,
        undetermined: proof.undetermined.map(unknownOf),
        requiredFlowsPassed: proof.requiredFlowsPassed,
        requiredFlowsFailed: proof.requiredFlowsFailed.map(failureOf),
        seconds: inSeconds(performance.now() - start),
      };
      tell(result);
      return result;
    },
  );
  return {
    estate: estate.organisation.organisation,
    source,
    held: results.every(({ held }) => held),
    pairs,
    results,
    seconds: { ...took, failures: inSeconds(performance.now() - began) },
  };
}

/** Services that are open, by pair of places and family. */
type Open = ReadonlyMap<string, readonly string[]>;

function openOf({ pairs }: Proof): Open {
  return new Map(
    pairs
      .filter(({ verdict }) => verdict === "allowed" || verdict === "violated")
      .map(({ from, to, family, services }) => [`${from} → ${to}, IPv${family}`, services]),
  );
}

/** What is open without what is lost and not with it: each service by itself, a range being part of another. */
function openedBy(healthy: Open, open: Open): readonly string[] {
  return [...open].flatMap(([pair, services]) => {
    const before = healthy.get(pair) ?? [];
    return services
      .filter((service) => !before.some((each) => holds(each, service)))
      .map((service) => `${pair}: ${service}`);
  });
}

function holds(wide: string, service: string): boolean {
  if (wide === service || wide === "any") return true;
  const [outer, inner] = [rangeOf(wide), rangeOf(service)];
  if (outer === undefined || inner === undefined) return false;
  return outer.protocol === inner.protocol && outer.first <= inner.first && inner.last <= outer.last;
}

function rangeOf(service: string) {
  const [, protocol, first, last] = /^(\w+)\/(\d+)(?:-(\d+))?$/.exec(service) ?? [];
  return first === undefined ? undefined : { protocol, first: Number(first), last: Number(last ?? first) };
}

export function failuresText(report: FailuresReport): string {
  const { estate, source, held, results, pairs, seconds: took } = report;
  const rows = results.map((each) => [
    each.lost,
    String(each.nodesLost),
    verdictOf(each),
    String(each.violations.length),
    String(each.opened.length),
    String(each.requiredFlowsPassed),
    String(each.requiredFlowsFailed.length),
    seconds(each.seconds),
  ]);
  const head = ["lost", "machines", "verdict", "violations", "opened", "flows passing", "failing", "took"];
  return [
    `${estate}, ${sourceText(source)}, every single failure: ${held ? "HOLDS" : "DOES NOT HOLD"}`,
    `  ${count(results.length, "proof")}, ${count(pairs, "pair")} decided in ${seconds(took.failures)}, IPv4 and IPv6`,
    "",
    ...table([head, ...rows]),
    ...results
      .filter((each) => !each.held)
      .slice(0, 6)
      .flatMap(detailLines),
  ].join("\n");
}

function verdictOf({ held, violations, opened, requiredFlowsFailed }: FailureResult): string {
  if (held) return "holds";
  return violations.length + opened.length + requiredFlowsFailed.length > 0
    ? "does not hold"
    : "undetermined";
}

function detailLines({
  lost,
  violations,
  opened,
  requiredFlowsFailed,
  undetermined,
}: FailureResult): readonly string[] {
  const parts = [
    ...violations.map(
      ({ from, to, packet, rule }) => `open, and declared by nobody: ${from} → ${to}, ${packet}, by ${rule}`,
    ),
    ...opened.map((each) => `opens: ${each}`),
    ...requiredFlowsFailed.map(
      ({ flow, from, to, ending }) => `does not pass: ${flow}, from ${from} to ${to}: ${ending}`,
    ),
    ...undetermined.map(({ of, property, why }) => `not known: ${of}, ${property}: ${why}`),
  ];
  const more = parts.length > 3 ? [`    and ${parts.length - 3} more: --json has all of them`] : [];
  return ["", `  without ${lost}`, ...parts.slice(0, 3).map((each) => `    ${each}`), ...more];
}
