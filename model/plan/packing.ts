/**
 * Networks of one trust class onto the fewest firewall pairs. What is placed stays; what is new goes where it talks most.
 * Deterministic and exact in count where legs are the only tight resource (every network takes one leg: a counting bound, tight);
 * where throughput is, the fewest that greedy placement finds, and the certificate shows the gap.
 */
import type { Conversation } from "./directory.ts";

/** Traffic that networks send, in Gbps. */
export interface Traffic {
  /** Whom each network talks to, either way, with the number of reasons. */
  readonly peers: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly sent: (network: string) => number;
  /** What each network receives from each sender: a sender's peak in equal parts over those it sends to. */
  readonly received: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export function trafficOf(
  conversations: readonly Conversation[],
  senders: ReadonlySet<string>,
  gbpsEach: number,
): Traffic {
  const peers = new Map<string, Map<string, number>>();
  const targets = new Map<string, Set<string>>();
  const note = (a: string, b: string): void => {
    const row = peers.get(a) ?? new Map<string, number>();
    peers.set(a, row.set(b, (row.get(b) ?? 0) + 1));
  };
  for (const { from, to } of conversations) {
    note(from, to);
    note(to, from);
    targets.set(from, (targets.get(from) ?? new Set()).add(to));
  }
  const sent = (network: string): number => (senders.has(network) ? gbpsEach : 0);
  const received = new Map<string, Map<string, number>>();
  for (const [from, all] of targets) {
    for (const to of all) {
      const row = received.get(to) ?? new Map<string, number>();
      received.set(to, row.set(from, sent(from) / all.size));
    }
  }
  return { peers, sent, received };
}

/** What a pair that serves `networks` forwards: all that they send, and all that comes to them from other pairs. */
export function loadOf(networks: ReadonlySet<string>, traffic: Traffic): number {
  let load = 0;
  for (const network of networks) {
    load += traffic.sent(network);
    for (const [from, gbps] of traffic.received.get(network) ?? []) if (!networks.has(from)) load += gbps;
  }
  return load;
}

/** One pair's networks while they are being placed. */
export interface Bin {
  readonly key: string;
  readonly networks: Set<string>;
}

export interface PackingLimits {
  readonly legs: number;
  readonly gbps: number;
}

function affinity(network: string, bin: Bin, traffic: Traffic): number {
  let sum = 0;
  for (const [peer, count] of traffic.peers.get(network) ?? []) if (bin.networks.has(peer)) sum += count;
  return sum;
}

function fits(network: string, bin: Bin, traffic: Traffic, limits: PackingLimits): boolean {
  return (
    bin.networks.size < limits.legs &&
    loadOf(new Set([...bin.networks, network]), traffic) <= limits.gbps + 1e-9
  );
}

/**
 * Places `networks` in `kept` bins (changed in place) and as many new ones as it takes.
 * @param open gives the key of the next new pair.
 * @returns all bins that serve something, in the order of their keys.
 */
export function pack(
  networks: readonly string[],
  kept: readonly Bin[],
  traffic: Traffic,
  limits: PackingLimits,
  open: () => string,
): Bin[] {
  const bins = kept.map(({ key, networks: held }): Bin => ({ key, networks: new Set(held) }));
  const inPlace = new Set(bins.flatMap((bin) => [...bin.networks]));
  const fresh = networks.filter((network) => !inPlace.has(network));
  for (const bin of bins) {
    // Fewer legs than before: the networks that talk least with the others leave.
    while (
      bin.networks.size > limits.legs ||
      (bin.networks.size > 1 && loadOf(bin.networks, traffic) > limits.gbps + 1e-9)
    ) {
      const leaves = [...bin.networks].sort(
        (a, b) => affinity(a, bin, traffic) - affinity(b, bin, traffic) || (a < b ? 1 : -1),
      )[0];
      if (leaves === undefined) break;
      bin.networks.delete(leaves);
      fresh.push(leaves);
    }
  }
  const sent = networks.reduce((sum, network) => sum + traffic.sent(network), 0);
  const fewest = Math.max(Math.ceil(networks.length / limits.legs), Math.ceil(sent / limits.gbps - 1e-9));
  while (bins.length < fewest) bins.push({ key: open(), networks: new Set() });
  // Even shares leave every pair room to grow, so that tomorrow's application finds a leg beside those it talks to.
  const share = Math.ceil(networks.length / Math.max(1, bins.length));
  const degree = (network: string): number =>
    [...(traffic.peers.get(network)?.values() ?? [])].reduce((a, b) => a + b, 0);
  fresh.sort((a, b) => degree(b) - degree(a) || (a < b ? -1 : 1));
  for (const network of fresh) {
    const possible = bins.filter((bin) => fits(network, bin, traffic, limits));
    const roomy = possible.filter((bin) => bin.networks.size < share);
    const candidates = roomy.length > 0 ? roomy : possible;
    const best = candidates
      .map((bin) => ({ bin, score: affinity(network, bin, traffic) }))
      .sort((a, b) => b.score - a.score || a.bin.networks.size - b.bin.networks.size)[0]?.bin;
    if (best !== undefined) best.networks.add(network);
    else bins.push({ key: open(), networks: new Set([network]) });
  }
  if (kept.length === 0) improve(bins, traffic, limits);
  return bins.filter((bin) => bin.networks.size > 0);
}

/** Passes over all exchanges of two networks; each one taken lets more conversations stay within one pair. Ends: the sum only grows. */
function improve(bins: readonly Bin[], traffic: Traffic, limits: PackingLimits): void {
  const passes = 4;
  for (let pass = 0; pass < passes; pass += 1) {
    let moved = 0;
    for (const [index, a] of bins.entries()) {
      for (const b of bins.slice(index + 1)) moved += exchanges(a, b, traffic, limits);
    }
    if (moved === 0) return;
  }
}

function exchanges(a: Bin, b: Bin, traffic: Traffic, limits: PackingLimits): number {
  let moved = 0;
  for (const x of [...a.networks].sort()) {
    const gainOfX = affinity(x, b, traffic) - affinity(x, a, traffic);
    let best: { readonly y: string; readonly gain: number } | undefined;
    for (const y of [...b.networks].sort()) {
      const between = traffic.peers.get(x)?.get(y) ?? 0;
      const gain = gainOfX + affinity(y, a, traffic) - affinity(y, b, traffic) - 2 * between;
      if (gain > (best?.gain ?? 0)) best = { y, gain };
    }
    if (best === undefined) continue;
    exchange(a, x, b, best.y);
    if (Math.max(loadOf(a.networks, traffic), loadOf(b.networks, traffic)) > limits.gbps + 1e-9) {
      exchange(a, best.y, b, x);
    } else moved += 1;
  }
  return moved;
}

function exchange(a: Bin, x: string, b: Bin, y: string): void {
  a.networks.delete(x);
  b.networks.delete(y);
  a.networks.add(y);
  b.networks.add(x);
}
