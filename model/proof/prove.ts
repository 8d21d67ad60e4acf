/**
 * The proof: every place to every other, both families, held against what is declared; and everything declared, followed both ways. The
 * verdict is `held` only when nothing undeclared passes, everything declared does, and nothing is unknown.
 */
import type { AddressOpening, Permission } from "./declared.ts";
import type { Doubtful, Pair, Violation } from "./matrix.ts";
import { matrixOf } from "./matrix.ts";
import { families, Model } from "./model.ts";
import type { Network, Undetermined } from "./network.ts";
import type { Passage } from "./passages.ts";
import { passagesOf } from "./passages.ts";
import type { Sites } from "./places.ts";
import { placesOf, prefixesOf } from "./places.ts";
import type { RequiredFlow } from "./required.ts";
import { Required } from "./required.ts";
import type { Ending } from "./trace.ts";

export interface ProofOptions {
  /** What fails: zones and nodes by key. Their rules, routes and addresses are gone with them. */
  readonly lost?: { readonly zones?: readonly string[]; readonly nodes?: readonly string[] };
  readonly sites?: Sites;
  readonly openings?: readonly AddressOpening[];
  /** Nodes that are routers whether or not anybody routes by them. */
  readonly routers?: ReadonlySet<string>;
}

/** A machine that carries others' guests and would forward between their networks. */
export interface ForwardingViolation {
  readonly kind: "forwarding";
  readonly node: string;
  readonly resource: string;
  readonly why: string;
}

export interface FailedFlow {
  /** The declaration that asks for it. */
  readonly permission: Permission;
  readonly sender: string;
  readonly receiver: string;
  /** Machines by which it should have come in from outside. */
  readonly by: readonly string[];
  readonly port: number;
  readonly ending: EndingText;
}

/** An ending as plain data. */
export type EndingText =
  | Exclude<Ending, { readonly kind: "delivered" }>
  | { readonly kind: "delivered"; readonly node: string };

export interface Proof {
  readonly held: boolean;
  readonly pairs: readonly Pair[];
  readonly violations: readonly (Violation | ForwardingViolation)[];
  readonly undetermined: readonly (Doubtful | Undetermined)[];
  readonly requiredFlowsPassed: number;
  readonly requiredFlowsFailed: readonly FailedFlow[];
}

export function prove(
  network: Network,
  permissions: readonly Permission[],
  options: ProofOptions = {},
): Proof {
  return new Prover(network, permissions, options).prove(options.lost);
}

/** Proves one network under many failures: what is worked out for one question is kept for the others. */
export class Prover<Declaration extends Permission = Permission> {
  readonly model: Model;
  readonly #permissions: readonly Declaration[];
  readonly #sites: Sites;
  readonly #openings: readonly AddressOpening[] | undefined;
  #flows: readonly RequiredFlow[] | undefined;

  constructor(
    network: Network,
    permissions: readonly Declaration[],
    { sites = [], openings, routers }: Omit<ProofOptions, "lost"> = {},
  ) {
    const opened = openings?.flatMap(({ sources, destinations }) => [...sources, ...destinations]) ?? [];
    const asked = [...opened, ...prefixesOf(sites)];
    this.model = new Model(network, { asked, ...(routers === undefined ? {} : { routers }) });
    this.#openings = openings;
    this.#permissions = permissions;
    this.#sites = sites;
  }

  prove(lost: ProofOptions["lost"] = {}): Proof {
    const { pairs, violations, undetermined } = this.reachability(lost);
    const { passed, failed } = this.required(lost);
    return {
      held: violations.length === 0 && undetermined.length === 0 && failed.length === 0,
      pairs,
      violations,
      undetermined,
      requiredFlowsPassed: passed,
      requiredFlowsFailed: failed,
    };
  }

  /** The half of the proof that says what passes, by anybody's hand. */
  reachability(lost: ProofOptions["lost"] = {}): Pick<Proof, "pairs" | "violations" | "undetermined"> {
    const { network } = this.model;
    const gone = lostNodes(network, lost);
    const matrices = families.map((family) =>
      matrixOf(this.model, family, this.#permissions, {
        sites: this.#sites,
        lost: gone,
        openings: this.#openings,
      }),
    );
    return {
      pairs: matrices.flatMap(({ pairs }) => pairs),
      violations: [
        ...matrices.flatMap((matrix) => matrix.violations),
        ...forwardingCarriers(network).filter(({ node }) => !gone.has(node)),
      ],
      undetermined: [...matrices.flatMap((matrix) => matrix.undetermined), ...network.undetermined],
    };
  }

  /** Everything declared that passes, with the rules that let it. */
  passages(lost: ProofOptions["lost"] = {}): readonly Passage<Declaration>[] {
    const gone = lostNodes(this.model.network, lost);
    return passagesOf(this.model, this.#permissions, { sites: this.#sites, lost: gone });
  }

  /** The other half: whether what is declared works. */
  required(lost: ProofOptions["lost"] = {}): { passed: number; failed: readonly FailedFlow[] } {
    return this.#requiredWithout(lostNodes(this.model.network, lost));
  }

  /**
   * A flow that works by every way still works when some of them are lost and one is left. So failures are answered from the ways of the
   * whole network; hosts that are lost ask for nothing, but somebody must be left to answer.
   */
  #requiredWithout(gone: ReadonlySet<string>): { passed: number; failed: readonly FailedFlow[] } {
    this.#flows ??= this.#requiredFlows();
    const left = this.#flows.filter((flow) => isAsked(flow, gone));
    const failed = left.filter((flow) => !worksWithout(flow, gone));
    const unanswered = gone.size === 0 ? [] : this.#unanswered(this.#flows, gone);
    return {
      passed: left.length - failed.length,
      failed: [...failed, ...unanswered].map((flow) => failedFlow(flow, gone)),
    };
  }

  /** Flows of a sender that is left, none of whose receivers or entries are. A pair is what it is while both its members are there. */
  #unanswered(flows: readonly RequiredFlow[], gone: ReadonlySet<string>): readonly RequiredFlow[] {
    const permissions: readonly Permission[] = this.#permissions;
    const asked = Map.groupBy(
      flows.filter(
        ({ permission, sender }) => !gone.has(sender) && permission.receiver?.name !== "pair-member",
      ),
      ({ permission, sender, port }) => `${permissions.indexOf(permission)} ${sender} ${port}`,
    );
    return [...asked.values()].flatMap((group) =>
      group.some((flow) => isAsked(flow, gone)) ? [] : group.slice(0, 1),
    );
  }

  /** In the first family that both ends speak: IPv4, else IPv6. */
  #requiredFlows(): readonly RequiredFlow[] {
    const places = placesOf(this.model.network, this.#sites);
    const [first, second] = families.map(
      (family) => new Required(this.model, this.model.fabric(family, new Set()), places),
    );
    return this.#permissions.flatMap((permission) => {
      const flows = first?.flowsOf(permission) ?? [];
      return flows.length > 0 ? flows : (second?.flowsOf(permission) ?? []);
    });
  }
}

function lostNodes(
  { nodes }: Network,
  { zones = [], nodes: keys = [] }: NonNullable<ProofOptions["lost"]>,
): ReadonlySet<string> {
  const gone = nodes
    .filter(({ key, zone }) => zones.includes(zone) || keys.includes(key))
    .map(({ key }) => key);
  // Guests go with the machine that carries them.
  const carried = nodes.filter(
    ({ carriedBy }) => carriedBy.length > 0 && carriedBy.every((key) => gone.includes(key)),
  );
  return new Set([...gone, ...carried.map(({ key }) => key)]);
}

/** Whether both ends are left, and an entry of it if it has any. */
function isAsked({ sender, receiver, by }: RequiredFlow, gone: ReadonlySet<string>): boolean {
  const isEntered = by.length === 0 || by.some((key) => !gone.has(key));
  return !gone.has(sender) && !gone.has(receiver) && isEntered;
}

function worksWithout({ ways }: RequiredFlow, gone: ReadonlySet<string>): boolean {
  if (gone.size === 0) return ways.length > 0;
  const isLeft = (keys: readonly string[]): boolean => !keys.some((key) => gone.has(key));
  return ways.some(({ there, answers }) => isLeft(there) && answers.some(isLeft));
}

function failedFlow(flow: RequiredFlow, gone: ReadonlySet<string>): FailedFlow {
  const { permission, sender, receiver, by, port } = flow;
  const lost: EndingText = {
    kind: "no-route",
    node: [...gone].find((key) =>
      flow.ways.some(({ there, answers }) => [there, ...answers].some((keys) => keys.includes(key))),
    ),
  };
  return {
    permission,
    sender,
    receiver,
    by,
    port,
    ending: flow.ending === undefined ? lost : endingText(flow.ending),
  };
}

export function endingText(ending: Ending): EndingText {
  return ending.kind === "delivered" ? { kind: "delivered", node: ending.station.key } : ending;
}

/** Machines that carry guests and forward between networks. */
export function forwardingCarriers({ nodes }: Network): readonly ForwardingViolation[] {
  const carriers = new Set(nodes.flatMap(({ carriedBy }) => carriedBy));
  return nodes
    .filter(({ key, forwards }) => carriers.has(key) && (forwards[4] || forwards[6]))
    .map(({ key, origin }) => ({
      kind: "forwarding",
      node: key,
      resource: origin.resource,
      why: "it carries guests of several networks and its kernel forwards between them",
    }));
}
