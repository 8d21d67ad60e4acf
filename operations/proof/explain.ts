/** `archipel explain`: why one thing reaches another or does not, with the declarations that say so. */
import type { Hop } from "../../model/proof/evidence.ts";
import type { ExplainedWay, Explanation } from "../../model/proof/explain.ts";
import { explain } from "../../model/proof/explain.ts";
import type { Permission } from "../../model/proof/permissions.ts";
import type { EndingText } from "../../model/proof/prove.ts";
import { nameOf } from "../engine/engine.ts";
import { declarationsFor, endOf, serviceOf } from "./ends.ts";
import type { ReadNetwork } from "./networks.ts";
import { inSeconds } from "./networks.ts";
import { packetText } from "./words.ts";

export interface ReportedHop {
  readonly layer: Hop["layer"];
  /** The machine, or the filter between two. */
  readonly at: string;
  readonly resource: string;
  /** Interface by which it came. */
  readonly incoming?: string;
  /** What decides there: `inet archipel forward, rule 3 (archipel a:b:tcp:443)`. */
  readonly rules: readonly string[];
}

/** One thing that would have to change. */
export interface ReportedStop {
  readonly kind: EndingText["kind"];
  readonly layer?: string;
  readonly at: string;
  readonly resource?: string;
  readonly rule: string;
}

export interface ReportedWay {
  readonly family: 4 | 6;
  /** `honest`: by the sender's own rules and routes; `router`, `neighbour`: past them, by the VPC's router or a neighbour. */
  readonly by: ExplainedWay["by"];
  readonly packet: string;
  readonly passes: boolean;
  readonly hops: readonly ReportedHop[];
  readonly ending: string;
  /** All that would have to change for it to pass; empty when it does. */
  readonly stoppedBy: readonly ReportedStop[];
  readonly answers: readonly { readonly hops: readonly ReportedHop[]; readonly ending: string }[];
  /** Ways that differ in machines alone (other members of a pair, other servers of a workload); only the first is told. */
  readonly alike: number;
}

export interface ReportedDeclaration {
  readonly key: string;
  readonly declaredBy: string;
  readonly why: string;
  readonly owner: string;
  readonly expires?: string;
}

export interface ExplanationReport {
  readonly estate: string;
  readonly source: string;
  readonly from: string;
  readonly to: string;
  readonly service: string;
  readonly verdict: Explanation["verdict"];
  /** Whether it is as declared: open and declared, or neither. Neighbours on one network meet whatever is declared. */
  readonly held: boolean;
  readonly declarations: readonly ReportedDeclaration[];
  readonly ways: readonly ReportedWay[];
  readonly seconds: number;
}

export interface ExplainQuestion {
  readonly from: string;
  readonly to: string;
  readonly service: string;
}

/** Throws a `VisibleError` for ends and services that are not there. */
export function explainNetwork(
  { estate, declared, network, source }: ReadNetwork,
  { from: sender, to: receiver, service }: ExplainQuestion,
): ExplanationReport {
  const began = performance.now();
  const asked = serviceOf(service);
  const { permissions, sites } = declared;
  const from = endOf(network, sites, sender, "from");
  const to = endOf(network, sites, receiver, "to");
  const { verdict, ways } = explain(network, { from: from.name, to: to.name, ...asked }, sites);
  const declarations = declarationsFor(permissions, from, to, asked).map(declarationOf);
  const neighbours = from.places.some((place) => place !== "internet" && to.places.includes(place));
  const isOpen = verdict === "allowed";
  return {
    estate: estate.organisation.organisation,
    source,
    from: sender,
    to: receiver,
    service,
    verdict,
    held: verdict !== "undetermined" && (isOpen === declarations.length > 0 || (isOpen && neighbours)),
    declarations,
    ways: grouped(ways),
    seconds: inSeconds(performance.now() - began),
  };
}

export function declarationOf({ key, declaredBy, why, owner, expires }: Permission): ReportedDeclaration {
  return { key, declaredBy, why, owner, ...(expires === undefined ? {} : { expires }) };
}

/** Passing ways first, then honest ones. */
function grouped(ways: readonly ExplainedWay[]): readonly ReportedWay[] {
  const groups = [...Map.groupBy(ways, likeness).values()];
  const told = groups.map((group) => wayOf(group[0] as ExplainedWay, group.length));
  const order = ["honest", "internet", "tunnel", "router", "neighbour"];
  return told.sort(
    (a, b) =>
      Number(b.passes) - Number(a.passes) || a.family - b.family || order.indexOf(a.by) - order.indexOf(b.by),
  );
}

/** What two ways have in common that differ in machines alone. */
function likeness({ family, by, passes, hops, ending, stoppedBy }: ExplainedWay): string {
  const rules = hops.map(({ layer, rules: all }) =>
    [layer, ...all.map(({ chain, log }) => log ?? chain)].join(),
  );
  const stops = new Set(
    stoppedBy.map((each) =>
      each.kind === "denied" ? `${each.layer} ${each.rule?.log ?? each.rule?.chain ?? ""}` : each.kind,
    ),
  );
  const ends = passes ? rules.join(";") : [...stops].sort().join(";");
  return `${family} ${by} ${passes} ${ending.kind} ${ends}`;
}

function wayOf(
  { packet, hops, ending, stoppedBy, answers, ...way }: ExplainedWay,
  alike: number,
): ReportedWay {
  return {
    family: way.family,
    by: way.by,
    packet: packetText(packet),
    passes: way.passes,
    hops: hops.map(hopOf),
    ending: endingText(ending),
    stoppedBy: stoppedBy.map(stopOf),
    answers: answers.map((each) => ({ hops: each.hops.map(hopOf), ending: endingText(each.ending) })),
    alike,
  };
}

export function hopOf({ layer, node, incoming, resource, rules, index }: Hop): ReportedHop {
  const named = rules.filter((rule) => rule.index !== undefined);
  const decided =
    node === undefined
      ? [index === undefined ? "its default policy" : `rule ${index}`]
      : (named.length > 0 ? named : rules).map(ruleText);
  return {
    layer,
    at: node ?? nameOf(resource),
    resource,
    ...(incoming === undefined ? {} : { incoming }),
    rules: decided,
  };
}

export function ruleText({ table, chain, index, log }: Hop["rules"][number]): string {
  const which = index === undefined ? "its policy" : `rule ${index}`;
  return `${table} ${chain}, ${which}${log === undefined ? "" : ` (${log.trim()})`}`;
}

function stopOf(ending: EndingText): ReportedStop {
  switch (ending.kind) {
    case "denied": {
      const { layer, resource, node, rule, index } = ending;
      const decided =
        rule === undefined ? (index === undefined ? "its default policy" : `rule ${index}`) : ruleText(rule);
      return { kind: "denied", layer, at: node ?? nameOf(resource), resource, rule: decided };
    }
    case "no-route":
      return {
        kind: "no-route",
        at: ending.node ?? "the router of the VPC",
        rule: "no route, or nobody there",
      };
    case "not-forwarding":
      return {
        kind: "not-forwarding",
        at: ending.node,
        rule: "others route by it, and its kernel forwards nothing",
      };
    case "undetermined":
      return { kind: "undetermined", at: "not known", rule: ending.why };
    default:
      return { kind: ending.kind, at: endingText(ending), rule: "it ends elsewhere" };
  }
}

function endingText(ending: EndingText): string {
  if (ending.kind === "delivered") return `delivered to ${ending.node}`;
  if (ending.kind === "internet") return "leaves for the internet";
  if (ending.kind === "tunnel") return `leaves by the tunnel ${ending.interface}`;
  const stop = stopOf(ending);
  return `${ending.kind.replaceAll("-", " ")} at ${stop.at}: ${stop.rule}`;
}
