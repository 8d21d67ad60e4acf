/**
 * The addresses of one family, compressed: between two neighbouring endpoints that the network mentions, every address behaves as every
 * other, so that each such stretch is one *atom*, a small number, and prefixes are intervals of atoms.
 */
import ipaddr from "ipaddr.js";
import type { Intervals } from "./intervals.ts";
import { nothing } from "./intervals.ts";
import type { Family } from "./network.ts";
import type { Box } from "./packets.ts";
import { everyPort, everyProtocol } from "./packets.ts";

/** First and last address of a stretch, as numbers. */
export type Stretch = readonly [bigint, bigint];

const bits = { 4: 32n, 6: 128n } as const;

export function familyOf(text: string): Family {
  return text.includes(":") ? 6 : 4;
}

/** An address or prefix as its first and last address; undefined when it is neither. */
export function stretchOf(text: string): Stretch | undefined {
  const [address = "", length] = text.split("/");
  if (!ipaddr.isValid(address) || (!address.includes(":") && address.split(".").length !== 4))
    return undefined;
  const width = bits[familyOf(address)];
  const prefix = length === undefined ? width : /^\d+$/.test(length) ? BigInt(length) : -1n;
  if (prefix < 0n || prefix > width) return undefined;
  const value = ipaddr
    .parse(address)
    .toByteArray()
    .reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const size = 1n << (width - prefix);
  const first = value - (value % size);
  return [first, first + size - 1n];
}

export function prefixLengthOf(text: string): number {
  const [address = "", length] = text.split("/");
  return length === undefined ? Number(bits[familyOf(address)]) : Number(length);
}

function textOf(family: Family, value: bigint): string {
  const bytes: number[] = [];
  for (let shift = bits[family] - 8n; shift >= 0n; shift -= 8n) bytes.push(Number((value >> shift) & 255n));
  return ipaddr.fromByteArray(bytes).toString();
}

export class AddressSpace {
  readonly family: Family;
  /** Every packet of the family. */
  readonly everything: Box;
  readonly #starts: readonly bigint[];
  readonly #known = new Map<string, Intervals>();

  /** Of the stretches mentioned; others asked for later must be made of the same endpoints. */
  constructor(family: Family, stretches: Iterable<Stretch>) {
    const starts = new Set<bigint>([0n]);
    const end = 1n << bits[family];
    for (const [first, last] of stretches) {
      starts.add(first);
      if (last + 1n < end) starts.add(last + 1n);
    }
    this.family = family;
    this.#starts = [...starts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const all: Intervals = [0, this.#starts.length - 1];
    this.everything = {
      source: all,
      destination: all,
      protocol: everyProtocol,
      sourcePort: everyPort,
      destinationPort: everyPort,
    };
  }

  get all(): Intervals {
    return this.everything.source;
  }

  /** Atoms of an address or prefix; none when it is of the other family or not an address. */
  of(text: string): Intervals {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const stretch = familyOf(text) === this.family ? stretchOf(text) : undefined;
    const found = stretch === undefined ? nothing : this.between(stretch);
    this.#known.set(text, found);
    return found;
  }

  between([first, last]: Stretch): Intervals {
    if (first > last) return nothing;
    const low = this.#atomOf(first);
    const high = this.#atomOf(last);
    const end = this.#starts[high + 1] ?? 1n << bits[this.family];
    if (this.#starts[low] !== first || end !== last + 1n) {
      throw new Error(
        `${textOf(this.family, first)}-${textOf(this.family, last)} is not made of known endpoints`,
      );
    }
    return [low, high];
  }

  /** The atom that an address lies in. */
  atomOf(address: string): number {
    return this.#atomOf((stretchOf(address) as Stretch)[0]);
  }

  atomOfNumber(value: bigint): number {
    return this.#atomOf(value);
  }

  /** The first address of an atom, in words. */
  textOf(atom: number): string {
    return textOf(this.family, this.#starts[atom] as bigint);
  }

  #atomOf(value: bigint): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as bigint) <= value) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
