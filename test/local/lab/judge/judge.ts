/** The kernel against the verifier: the same network, the same flows, and every outcome on which they differ. */
import { labSpecOf, type NextHop } from "../../../../local/lab/from-network.ts";
import { Lab } from "../../../../local/lab/lab.ts";
import type { LabOutcome } from "../../../../local/lab/spec.ts";
import type { Network } from "../../../../model/proof/network.ts";
import { Random } from "./random.ts";
import { Draw, type Senders, type Trial } from "./trials.ts";
import { Verifier } from "./verdict.ts";

export interface Judgement {
  readonly disagreements: readonly string[];
  /** Flows by sender and by what the verifier says of them. */
  readonly passing: Readonly<Record<Senders["kind"], number>>;
  readonly missing: Readonly<Record<Senders["kind"], number>>;
  /** How many of those that come are of each kind; one may be of several. */
  readonly kinds: Readonly<Record<Kind, number>>;
  readonly namespaces: number;
  readonly seconds: { readonly open: number; readonly send: number };
}

const kinds = {
  connection: ({ flow }: Trial) => flow.protocol === "tcp",
  datagram: ({ flow }: Trial) => flow.protocol === "udp",
  IPv6: ({ flow }: Trial) => flow.destination.includes(":"),
  "source translated": ({ flow, verdict }: Trial) => verdict.arrival?.source !== flow.source,
  "destination translated": ({ flow, verdict }: Trial) =>
    verdict.arrival?.address !== flow.destination || verdict.arrival.port !== flow.port,
  "not answered": ({ verdict }: Trial) => !verdict.answered,
  "chosen next hop": ({ flow }: Trial) => flow.mark !== undefined,
  "through a router": ({ verdict }: Trial) => verdict.machines > 2,
};

export type Kind = keyof typeof kinds;

/** Milliseconds that an answer may take; one that was expected and did not come is waited for longer, alone. */
const timeout = 1_500;
const patience = 6_000;

/**
 * Sends `count` flows, half of them from lost hosts. The network is one of machines alone, see `labNetwork`. `told` is what the kernel is told
 * in its place, to see whether a difference shows.
 */
export async function judge(
  network: Network,
  count: number,
  seed: number,
  told = network,
): Promise<Judgement> {
  const random = new Random(seed);
  const lost = lostHosts(network, random);
  const nextHops = nextHopsOf(network, lost, random);
  const begun = performance.now();
  const lab = await Lab.open(labSpecOf(told, nextHops));
  try {
    const opened = performance.now();
    const draw = new Draw(network, random);
    const honest = { kind: "honest" } as const;
    const first = await tried(
      lab,
      draw,
      honest,
      count - Math.floor(count / 2),
      new Verifier(network, nextHops),
    );
    await lab.flush(lost);
    const without = new Set(lost);
    const fallen = {
      ...network,
      nodes: network.nodes.map((node) => (without.has(node.key) ? { ...node, rulesets: [] } : node)),
    };
    const hostile = { kind: "lost", hosts: lost, nextHops } as const;
    const second = await tried(lab, draw, hostile, Math.floor(count / 2), new Verifier(fallen, nextHops));
    return {
      disagreements: [...first.disagreements, ...second.disagreements],
      passing: { honest: coming(first.trials).length, lost: coming(second.trials).length },
      missing: { honest: missing(first.trials), lost: missing(second.trials) },
      kinds: counted(coming([...first.trials, ...second.trials])),
      namespaces: lab.namespaces.length,
      seconds: { open: (opened - begun) / 1000, send: (performance.now() - opened) / 1000 },
    };
  } finally {
    await lab.close();
  }
}

interface Tried {
  readonly disagreements: readonly string[];
  readonly trials: readonly Trial[];
}

function coming(trials: readonly Trial[]): readonly Trial[] {
  return trials.filter(({ verdict }) => verdict.arrival !== undefined);
}

function missing(trials: readonly Trial[]): number {
  return trials.length - coming(trials).length;
}

function counted(trials: readonly Trial[]): Readonly<Record<Kind, number>> {
  const counts = Object.entries(kinds).map(([kind, is]) => [kind, trials.filter(is).length]);
  return Object.fromEntries(counts) as Record<Kind, number>;
}

async function tried(
  lab: Lab,
  draw: Draw,
  senders: Senders,
  count: number,
  verifier: Verifier,
): Promise<Tried> {
  const trials = draw.trials(count, senders, verifier);
  const outcomes = await sent(lab, draw, trials, timeout);
  const doubted = trials
    .map((trial, index) => ({ trial, outcome: outcomes[index] as LabOutcome }))
    .filter(({ trial, outcome }) => !agree(trial, outcome));
  // A busy machine may be late; what came although it should not has come for good.
  const again = doubted.map(({ trial }) => draw.again(trial, verifier));
  const later = await sent(lab, draw, again, patience);
  const disagreements = doubted
    .filter(({ trial, outcome }, index) => {
      const expected = again[index] as Trial;
      return surplus(trial, outcome) || !agree(expected, later[index] as LabOutcome);
    })
    .map(({ trial, outcome }) => inWords(senders, trial, outcome));
  return { disagreements, trials };
}

/** Somebody listens wherever a flow is meant to go and wherever the verifier says that it comes: what does not come was stopped. */
async function sent(
  lab: Lab,
  draw: Draw,
  trials: readonly Trial[],
  wait: number,
): Promise<readonly LabOutcome[]> {
  const places = trials.flatMap(({ flow: { protocol, destination, port }, verdict: { arrival } }) => {
    const host = draw.holderOf(destination);
    return [
      ...(host === undefined ? [] : [{ host, protocol, address: destination, port }]),
      ...(arrival === undefined
        ? []
        : [{ host: arrival.host, protocol, address: arrival.address, port: arrival.port }]),
    ];
  });
  await lab.listen(places);
  return await lab.send(
    trials.map(({ flow }) => flow),
    wait,
  );
}

/** A datagram's arrival shows by itself, that of a connection only where its answers come back. */
function agree({ flow, verdict }: Trial, { arrival, answered }: LabOutcome): boolean {
  const expected = flow.protocol === "tcp" && !verdict.answered ? undefined : verdict.arrival;
  return (
    answered === (verdict.answered && verdict.arrival !== undefined) &&
    arrival?.host === expected?.host &&
    arrival?.source === expected?.source
  );
}

/** Something came, or came back, that should not. */
function surplus({ verdict }: Trial, { arrival, answered }: LabOutcome): boolean {
  const other = arrival?.host !== verdict.arrival?.host || arrival?.source !== verdict.arrival?.source;
  return (arrival !== undefined && other) || (answered && !verdict.answered);
}

function inWords(senders: Senders, { flow, verdict }: Trial, outcome: LabOutcome): string {
  return [
    `${senders.kind} ${JSON.stringify(flow)}`,
    `  verifier: ${JSON.stringify(verdict.arrival ?? "does not come")}, answered: ${verdict.answered}`,
    `  by: ${verdict.way}`,
    `  kernel: ${JSON.stringify(outcome)}`,
  ].join("\n");
}

/** A third of the hosts that nobody routes by. */
function lostHosts({ nodes }: Network, random: Random): readonly string[] {
  const hosts = nodes.filter(
    ({ forwards, legs }) => !forwards[4] && legs.some(({ addresses }) => addresses.length > 0),
  );
  return hosts.filter(() => random.chance(34)).map(({ key }) => key);
}

/** A few neighbours of each lost host, routers first. */
function nextHopsOf({ nodes }: Network, lost: readonly string[], random: Random): readonly NextHop[] {
  return nodes
    .filter(({ key }) => lost.includes(key))
    .flatMap(({ key, legs }) => {
      const hops = legs.flatMap((leg) => {
        const neighbours = nodes
          .filter((each) => each.key !== key)
          .flatMap((each) =>
            each.legs
              .filter(({ privateNetwork }) => privateNetwork === leg.privateNetwork)
              .flatMap(({ addresses, virtualAddresses }) =>
                [...addresses, ...virtualAddresses].map((address) => ({
                  gateway: address.split("/")[0] as string,
                  order: each.forwards[4] ? 0 : 1 + random.below(100),
                })),
              ),
          )
          .filter(({ gateway }) => !gateway.includes(":"))
          .sort((one, other) => one.order - other.order);
        return neighbours.slice(0, 6).map(({ gateway }) => ({ interface: leg.interface, gateway }));
      });
      return hops.map((hop, index) => ({ ...hop, host: key, mark: index + 1 }));
    });
}
