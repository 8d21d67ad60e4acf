/** `archipel blast-radius`: what is lost with an application, and what of it somebody declared. */
import type { BlastRadius } from "../../model/proof/blast-radius.ts";
import { blastRadius } from "../../model/proof/blast-radius.ts";
import type { Permission } from "../../model/proof/permissions.ts";
import { VisibleError } from "../errors.ts";
import { count, few, table } from "./lines.ts";
import type { ReadNetwork } from "./networks.ts";
import { inSeconds, sourceText } from "./networks.ts";

export interface ReachedTarget {
  /** The application, or the network of what belongs to none. */
  readonly name: string;
  /** 1: from the application's own networks; 2: from what is reached so; and so on. */
  readonly steps: number;
  readonly nodes: readonly string[];
  /** Networks that it is reached from. */
  readonly from: readonly string[];
  readonly services: readonly string[];
  /** Declarations that lead there from where it is reached from; none: a violation, or a neighbour. */
  readonly declarations: readonly string[];
}

export interface BlastRadiusReport {
  readonly estate: string;
  readonly source: string;
  readonly application: string;
  readonly nodes: readonly string[];
  readonly direct: readonly ReachedTarget[];
  readonly transitive: readonly ReachedTarget[];
  readonly carriers: BlastRadius["carriers"];
  /** Services that leave for the internet by others' machines, and nodes of its own that are on it. */
  readonly internet: { readonly services: readonly string[]; readonly nodes: readonly string[] };
  /** Whether everything reached directly is declared or a neighbour on one of its own networks. */
  readonly held: boolean;
  readonly seconds: number;
}

/** Throws a `VisibleError` for an application that is not there. */
export function blastRadiusOf(
  { estate, declared, network, source }: ReadNetwork,
  application: string,
): BlastRadiusReport {
  const began = performance.now();
  const names = estate.applications.map((each) => each.application);
  if (!names.includes(application)) {
    const near = names.filter((name) => name.startsWith(application.slice(0, 3)));
    throw new VisibleError(
      "application-unknown",
      `there is no application ${application}`,
      near.length === 0 ? undefined : `Near to it: ${few(near, 8)}`,
    );
  }
  const found = blastRadius(network, application, declared.sites);
  const targets = targetsOf(network, declared.permissions, found);
  const direct = targets.filter(({ steps }) => steps === 1);
  const own = new Set(
    estate.applications.find((each) => each.application === application)?.networks.map(({ name }) => name),
  );
  return {
    estate: estate.organisation.organisation,
    source,
    application,
    nodes: found.nodes,
    direct: direct.map(({ homes: _, ...target }) => target),
    transitive: targets.filter(({ steps }) => steps > 1).map(({ homes: _, ...target }) => target),
    carriers: found.carriers,
    internet: { services: found.internet, nodes: found.onInternet },
    held: direct.every(
      ({ declarations, homes }) => declarations.length > 0 || homes.some((home) => own.has(home)),
    ),
    seconds: inSeconds(performance.now() - began),
  };
}

interface Target extends ReachedTarget {
  readonly homes: readonly string[];
}

function targetsOf(
  { nodes, privateNetworks }: ReadNetwork["network"],
  permissions: readonly Permission[],
  { reached }: BlastRadius,
): readonly Target[] {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const nameOf = new Map(privateNetworks.map(({ key, name }) => [key, name]));
  const homesOf = (key: string): readonly string[] => [
    ...(byKey.get(key)?.legs ?? []).flatMap(({ privateNetwork }) => nameOf.get(privateNetwork ?? "") ?? []),
    ...(byKey.get(key)?.publicInterface === undefined ? [] : ["internet"]),
  ];
  const groups = Map.groupBy(
    reached,
    ({ node, application, distance }) => `${distance} ${application ?? byKey.get(node)?.role ?? node}`,
  );
  return [...groups.values()].map((group): Target => {
    const [first] = group as [(typeof group)[0], ...typeof group];
    const homes = [...new Set(group.flatMap(({ node }) => homesOf(node)))];
    const from = [...new Set(group.map((each) => each.from))].sort();
    const leading = permissions.filter((each) => from.includes(each.from) && homes.includes(each.to));
    return {
      name: first.application ?? `${byKey.get(first.node)?.role ?? first.node} servers`,
      steps: first.distance,
      nodes: group.map(({ node }) => node).sort(),
      from,
      services: [...new Set(group.flatMap(({ services }) => services))].sort(),
      declarations: [...new Set(leading.map(({ key }) => key))],
      homes,
    };
  });
}

/** Targets of a step told by name; further steps are counted by application. */
const shown = 16;

export function blastRadiusText(report: BlastRadiusReport): string {
  const { estate, source, application, nodes, direct, transitive, carriers, internet } = report;
  const guests = new Set(carriers.flatMap((each) => each.guests).filter((each) => !nodes.includes(each)));
  return [
    `${estate}, ${sourceText(source)}: ${application}, once lost (${count(nodes.length, "machine")})`,
    "",
    `  directly: ${count(direct.length, "target")}`,
    ...targetLines(direct),
    "",
    ...(carriers.length === 0
      ? ["  through hypervisors: none of its machines is a guest"]
      : [
          `  through hypervisors, if a guest is escaped from: ${carriers.map(({ node }) => node).join(", ")}`,
          `    and with them ${count(guests.size, "guest")} of others: ${few([...guests].sort(), 6)}`,
        ]),
    "",
    ...stepLines(transitive),
    "",
    `  the internet: ${internet.services.length === 0 ? "nothing leaves by others' machines" : `${few(internet.services, 6)} by others' machines`}`,
    ...(internet.nodes.length === 0
      ? []
      : [`    root on ${few(internet.nodes, 4)} has a public interface of its own, whatever its rules say`]),
  ].join("\n");
}

function targetLines(targets: readonly ReachedTarget[]): readonly string[] {
  const rows = targets
    .slice(0, shown)
    .map(({ name, services, declarations, nodes }) => [
      name,
      few(services, 4),
      count(nodes.length, "machine"),
      declarations.length === 0 ? "declared by nobody" : `declared: ${few(declarations, 1)}`,
    ]);
  const more =
    targets.length > shown ? [`    and ${targets.length - shown} more: --json has all of them`] : [];
  return [...table(rows, "    "), ...more];
}

function stepLines(targets: readonly ReachedTarget[]): readonly string[] {
  if (targets.length === 0) return ["  by steps: nothing further"];
  const bySteps = [...Map.groupBy(targets, ({ steps }) => steps)].sort((a, b) => a[0] - b[0]);
  return [
    "  by steps, each machine on the way lost in turn",
    ...bySteps.map(([steps, all]) => `    ${steps}: ${few(all.map(({ name }) => name).sort(), 10)}`),
  ];
}
