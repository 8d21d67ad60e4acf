/** Flows worth trying, drawn from a seed: half of them pass by the verifier's word, half are near misses. */
import type { NextHop } from "../../../../local/lab/from-network.ts";
import type { LabFlow } from "../../../../local/lab/spec.ts";
import { familyOf, stretchOf } from "../../../../model/proof/addresses.ts";
import type { Network } from "../../../../model/proof/network.ts";
import type { Opening } from "./openings.ts";
import { openingsOf } from "./openings.ts";
import type { Random } from "./random.ts";
import type { Verdict, Verifier } from "./verdict.ts";

export interface Trial {
  readonly flow: LabFlow;
  readonly verdict: Verdict;
}

type Wish = Omit<LabFlow, "sourcePort">;

/** Who sends: a host by its own addresses, routes and rules; or root of a lost one, whose rules are gone. */
export type Senders =
  | { readonly kind: "honest" }
  | { readonly kind: "lost"; readonly nextHops: readonly NextHop[]; readonly hosts: readonly string[] };

export class Draw {
  readonly #random: Random;
  readonly #openings: readonly Opening[];
  readonly #outside: readonly Opening[];
  /** Node by address. */
  readonly #holders = new Map<string, string>();
  readonly #addresses: readonly string[];
  readonly #sixth: readonly string[];
  readonly #ports: readonly number[];
  #lastPort = 39_999;

  constructor(network: Network, random: Random) {
    this.#random = random;
    for (const { key, legs, speaks } of network.nodes) {
      for (const address of legs.flatMap((leg) => [...leg.addresses, ...leg.virtualAddresses])) {
        if (speaks[address.includes(":") ? 6 : 4]) this.#holders.set(address.split("/")[0] as string, key);
      }
    }
    const all = [...this.#holders.keys()];
    this.#addresses = all.filter((each) => !each.includes(":"));
    this.#sixth = all.filter((each) => each.includes(":"));
    const held = (list: readonly string[]): string[] =>
      list.flatMap((each) =>
        each.includes("/") ? all.filter((one) => isWithin(one, each)) : all.includes(each) ? [each] : [],
      );
    this.#openings = openingsOf(network)
      .map((each) => ({ ...each, sources: held(each.sources), destinations: held(each.destinations) }))
      .filter(({ sources, destinations }) => sources.length > 0 && destinations.length > 0);
    this.#outside = this.#openings.filter((each) => each.outside);
    this.#ports = [...new Set(this.#openings.flatMap(({ ports }) => ports))];
  }

  /** Node that has an address. */
  holderOf(address: string): string | undefined {
    return this.#holders.get(address);
  }

  /** As many as asked for, or fewer where a small network has no more that differ. */
  trials(count: number, senders: Senders, verifier: Verifier): readonly Trial[] {
    const found: Trial[] = [];
    const seen = new Set<string>();
    const room = { passing: Math.ceil(count / 2), missing: Math.floor(count / 2) };
    for (let attempt = 0; attempt < count * 100 && room.passing + room.missing > 0; attempt += 1) {
      const wish = senders.kind === "honest" ? this.#honest() : this.#hostile(senders);
      const key = JSON.stringify(wish);
      if (seen.has(key) || this.#holders.get(wish.destination) === wish.from) continue;
      seen.add(key);
      const flow = { ...wish, sourcePort: this.#lastPort + 1 };
      const verdict = verifier.of(flow);
      const side = verdict.arrival === undefined ? "missing" : "passing";
      if (room[side] === 0 || verdict.martian) continue;
      room[side] -= 1;
      this.#nextPort();
      found.push({ flow, verdict });
    }
    return found;
  }

  /** The same flow once more: by a port of its own, or it would belong to the connection before. */
  again({ flow }: Trial, verifier: Verifier): Trial {
    const next = { ...flow, sourcePort: this.#lastPort + 1 };
    this.#nextPort();
    return { flow: next, verdict: verifier.of(next) };
  }

  /** A port that no flow has had and no listener will have. */
  #nextPort(): void {
    do this.#lastPort += 1;
    while (this.#ports.some((port) => Math.abs(port - this.#lastPort - 1) <= 1));
  }

  #honest(): Wish {
    const opening = this.#opened();
    return this.#random.chance(40) ? opening : this.#missed(opening);
  }

  #opened(): Wish {
    // There are few of those and many of the others.
    const outside = this.#outside.length > 0 && this.#random.chance(15);
    const { sources, destinations, protocol, ports } = this.#random.of(
      outside ? this.#outside : this.#openings,
    );
    const source = this.#random.of(sources);
    const from = this.#holders.get(source) as string;
    return {
      from,
      protocol,
      source,
      destination: this.#random.of(destinations),
      port: this.#random.of(ports),
    };
  }

  /** The same but for one thing. */
  #missed(wish: Wish): Wish {
    const random = this.#random;
    switch (random.below(7)) {
      case 0:
        return { ...wish, port: Math.max(1, wish.port + (random.chance(50) ? 1 : -1)) };
      case 1:
        return { ...wish, port: random.of(this.#ports) };
      case 2:
        return { ...wish, protocol: wish.protocol === "tcp" ? "udp" : "tcp" };
      case 3:
        return { ...wish, destination: nextTo(wish.destination, random.chance(50) ? 1 : -1) };
      case 4:
        return { ...wish, destination: random.of(this.#addresses) };
      case 5: {
        if (this.#sixth.length < 2) return wish;
        const source = random.of(this.#sixth);
        const from = this.#holders.get(source) as string;
        return { ...wish, from, source, destination: random.of(this.#sixth) };
      }
      default: {
        const source = random.of(this.#addresses);
        return { ...wish, source, from: this.#holders.get(source) as string };
      }
    }
  }

  /** From a lost host: by any neighbour, and datagrams with the source of somebody who may. */
  #hostile({ hosts, nextHops }: Extract<Senders, { kind: "lost" }>): Wish {
    const random = this.#random;
    const from = random.of(hosts);
    const aim = this.#honest();
    const own = this.#addresses.filter((address) => this.#holders.get(address) === from);
    const hops = nextHops.filter(({ host }) => host === from);
    const hop = hops.length > 0 && random.chance(60) ? random.of(hops) : undefined;
    const protocol = random.chance(50) ? "udp" : aim.protocol;
    const six = aim.destination.includes(":");
    const foreign = protocol === "udp" && !six && random.chance(50);
    const sixth = this.#sixth.filter((address) => this.#holders.get(address) === from);
    const source = six ? sixth[0] : foreign ? aim.source : random.of(own);
    return {
      from,
      protocol,
      source:
        source === undefined || source.includes(":") !== six ? (six ? "fd00::1" : random.of(own)) : source,
      destination: aim.destination,
      port: aim.port,
      ...(hop === undefined || six ? {} : { mark: hop.mark }),
    };
  }
}

function isWithin(address: string, prefix: string): boolean {
  const stretch = stretchOf(prefix);
  const one = stretchOf(address);
  if (stretch === undefined || one === undefined || familyOf(address) !== familyOf(prefix)) return false;
  return stretch[0] <= one[0] && one[1] <= stretch[1];
}

function nextTo(address: string, step: number): string {
  return address.replace(/[0-9a-f]+$/, (last) =>
    address.includes(":")
      ? (Number.parseInt(last, 16) + step).toString(16)
      : String(Math.min(254, Math.max(1, Number(last) + step))),
  );
}
