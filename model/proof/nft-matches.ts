/**
 * What a test of a rule matches, for packets of one family. Anything not listed here is `unknown`: whoever asks must take it that the test
 * may match or not.
 */
import type { AddressSpace } from "./addresses.ts";
import { stretchOf } from "./addresses.ts";
import type { Intervals } from "./intervals.ts";
import { intervalsOf, subtract } from "./intervals.ts";
import type { Names } from "./nft-names.ts";
import { icmp6Types, icmpTypes, protocolNames, withPorts } from "./nft-names.ts";
import type { NamedSet, Properties, Table } from "./nft-tables.ts";
import { listOf } from "./nft-tables.ts";
import { asPair, bareElement, NotUnderstood, numberOf, partsOf, single } from "./nft-values.ts";
import type { Box, Field, PacketSet } from "./packets.ts";
import { intersectBoxes, protocols, tcp, udp } from "./packets.ts";

export type Side = "incoming" | "outgoing";

/** One way to match: interfaces by pattern, and packets. */
export interface Alternative {
  readonly incoming?: readonly string[];
  readonly outgoing?: readonly string[];
  readonly packets: PacketSet;
}

export type Match =
  | {
      readonly kind: "alternatives";
      readonly alternatives: readonly Alternative[];
      /** Then it matches what lies within (the protocol that the test implies) and in no alternative. */
      readonly negated: boolean;
      readonly within: Box;
    }
  | { readonly kind: "state"; readonly states: readonly string[]; readonly negated: boolean }
  /** `fib saddr . iif oif`: whether the machine would answer by the interface that the packet came in by. */
  | { readonly kind: "way-back"; readonly exists: boolean }
  | { readonly kind: "unknown"; readonly reason: string };

/** What is compared: a field of the packet under conditions that the test implies, an interface, or the family. */
type Subject =
  | { readonly kind: "field"; readonly field: Field; readonly implied: Box; readonly names?: Names }
  | { readonly kind: "interface"; readonly side: Side }
  | { readonly kind: "family" }
  | { readonly kind: "never" };

export class MatchReader {
  readonly #space: AddressSpace;
  readonly #sets: ReadonlyMap<string, NamedSet>;

  constructor(space: AddressSpace, table: Pick<Table, "sets">) {
    this.#space = space;
    this.#sets = table.sets;
  }

  /** A `match` statement. */
  match(statement: Properties): Match {
    try {
      return this.#match(statement);
    } catch (error) {
      if (error instanceof NotUnderstood) return { kind: "unknown", reason: error.message };
      throw error;
    }
  }

  /** A key, single or concatenated, at one of its values: how verdict maps are read. Throws {@link NotUnderstood}. */
  alternative(key: unknown, value: unknown): Alternative {
    const keys = partsOf(key);
    const values = partsOf(bareElement(value));
    if (keys.length !== values.length) throw new NotUnderstood("a key and a value of different lengths");
    let result: Alternative = { packets: [this.#space.everything] };
    for (const [index, each] of keys.entries()) {
      result = joined(result, this.#single(this.#subject(each), [values[index]]));
    }
    return result;
  }

  /** What a set of values, a name of one, or one value holds. */
  elements(right: unknown): readonly unknown[] {
    if (typeof right === "string" && right.startsWith("@")) {
      const set = this.#sets.get(right.slice(1));
      if (set === undefined) throw new NotUnderstood(`the set ${right}, which is not there`);
      if (set.changing) throw new NotUnderstood(`the set ${right}, whose members change`);
      return set.elements;
    }
    const inner = (right as { readonly set?: unknown } | null)?.set;
    return inner === undefined
      ? listOf(right)
      : typeof inner === "string"
        ? this.elements(inner)
        : listOf(inner);
  }

  #match({ op = "==", left, right }: Properties): Match {
    const { ct, fib } = left as { readonly ct?: Properties; readonly fib?: Properties };
    const negated = op === "!=";
    if (!["==", "!=", "in", "<", ">", "<=", ">="].includes(String(op))) {
      throw new NotUnderstood(`the operator ${String(op)}`);
    }
    if (ct !== undefined) {
      if (ct.key !== "state") throw new NotUnderstood(`ct ${String(ct.key)}`);
      return { kind: "state", states: this.elements(right).map(String), negated };
    }
    if (fib !== undefined) return wayBack(fib, negated, right);
    if ((left as { readonly concat?: unknown }).concat !== undefined) {
      const within = this.#impliedBy(partsOf(left));
      if (within === undefined) return this.#packets([]);
      const alternatives = this.elements(right).map((value) => this.alternative(left, value));
      return { kind: "alternatives", alternatives, negated, within };
    }
    const subject = this.#subject(left);
    if (op === "<" || op === ">" || op === "<=" || op === ">=") return this.#compared(subject, op, right);
    if (subject.kind === "field") {
      const values = this.#valuesOf(subject, this.elements(right));
      const chosen = negated ? subtract(subject.implied[subject.field], values) : values;
      return this.#packets(narrowed(subject.implied, subject.field, chosen));
    }
    if (subject.kind === "never") return this.#packets([]);
    const alternatives = [this.#single(subject, this.elements(right))];
    return { kind: "alternatives", alternatives, negated, within: this.#space.everything };
  }

  #compared(subject: Subject, op: "<" | ">" | "<=" | ">=", right: unknown): Match {
    if (subject.kind !== "field" || typeof right !== "number") throw new NotUnderstood(`${op} of this`);
    const range: readonly [number, number] =
      op === "<"
        ? [0, right - 1]
        : op === "<="
          ? [0, right]
          : op === ">"
            ? [right + 1, 65_535]
            : [right, 65_535];
    return this.#packets(narrowed(subject.implied, subject.field, intervalsOf([range])));
  }

  /** A match that neither interfaces nor the machine decide. */
  #packets(set: PacketSet): Match {
    const { everything } = this.#space;
    return { kind: "alternatives", alternatives: [{ packets: set }], negated: false, within: everything };
  }

  /** Packets that have all of the keys; undefined: none of this family has. */
  #impliedBy(keys: readonly unknown[]): Box | undefined {
    let within: Box | undefined = this.#space.everything;
    for (const key of keys) {
      const subject = this.#subject(key);
      if (subject.kind === "never" || within === undefined) return undefined;
      if (subject.kind === "field") within = intersectBoxes(within, subject.implied);
    }
    return within;
  }

  #single(subject: Subject, values: readonly unknown[]): Alternative {
    const { everything } = this.#space;
    switch (subject.kind) {
      case "interface":
        return { [subject.side]: values.map(String), packets: [everything] };
      case "family": {
        const names = this.#space.family === 4 ? ["ipv4", "ip", "2"] : ["ipv6", "ip6", "10"];
        return { packets: values.some((value) => names.includes(String(value))) ? [everything] : [] };
      }
      case "never":
        return { packets: [] };
      case "field":
        return { packets: narrowed(subject.implied, subject.field, this.#valuesOf(subject, values)) };
    }
  }

  #subject(left: unknown): Subject {
    const { meta, payload } = (left ?? {}) as { readonly meta?: Properties; readonly payload?: Properties };
    if (meta !== undefined) return this.#meta(String(meta.key));
    if (payload !== undefined) return this.#payload(String(payload.protocol), String(payload.field));
    throw new NotUnderstood(`the test of ${JSON.stringify(left)}`);
  }

  #meta(key: string): Subject {
    if (key === "iifname" || key === "iif") return { kind: "interface", side: "incoming" };
    if (key === "oifname" || key === "oif") return { kind: "interface", side: "outgoing" };
    if (key === "nfproto" || key === "protocol") return { kind: "family" };
    if (key === "l4proto") return this.#field("protocol", {}, protocolNames);
    throw new NotUnderstood(`meta ${key}`);
  }

  #payload(protocol: string, name: string): Subject {
    const { family } = this.#space;
    if (protocol === "ip" || protocol === "ip6") {
      const fieldNames: Readonly<Record<string, Field>> = {
        saddr: "source",
        daddr: "destination",
        protocol: "protocol",
        nexthdr: "protocol",
      };
      const field = fieldNames[name];
      if ((protocol === "ip") !== (family === 4)) return { kind: "never" };
      if (field !== undefined) return this.#field(field, {}, protocolNames);
    }
    const ports: Readonly<Record<string, Field>> = { sport: "sourcePort", dport: "destinationPort" };
    const port = ports[name];
    if (port !== undefined) {
      const of = { tcp, udp, th: withPorts }[protocol] ?? single(protocolNames[protocol]);
      if (of !== undefined) return this.#field(port, { protocol: of });
    }
    if ((protocol === "icmp" || protocol === "icmpv6") && name === "type") {
      if ((protocol === "icmp") !== (family === 4)) return { kind: "never" };
      const number = family === 4 ? protocols.icmp : protocols.icmp6;
      const implied = { protocol: [number, number] } as const;
      return this.#field("destinationPort", implied, family === 4 ? icmpTypes : icmp6Types);
    }
    throw new NotUnderstood(`${protocol} ${name}`);
  }

  #field(field: Field, implied: Partial<Box>, names?: Names): Subject {
    return {
      kind: "field",
      field,
      implied: { ...this.#space.everything, ...implied },
      ...(names === undefined ? {} : { names }),
    };
  }

  #valuesOf(subject: Subject & { readonly kind: "field" }, values: readonly unknown[]): Intervals {
    const stretches = values.map((value) => this.#stretch(subject, bareElement(value)));
    return intervalsOf(stretches.filter((each) => each !== undefined));
  }

  #stretch(
    subject: Subject & { readonly kind: "field" },
    value: unknown,
  ): readonly [number, number] | undefined {
    const { range, prefix } = (typeof value === "object" && value !== null ? value : {}) as {
      readonly range?: readonly unknown[];
      readonly prefix?: { readonly addr: string; readonly len: number };
    };
    if (subject.field === "source" || subject.field === "destination") {
      if (prefix !== undefined) return this.#addresses(`${prefix.addr}/${prefix.len}`);
      if (range !== undefined) {
        const [first, last] = range.map((each) => stretchOf(String(each)));
        if (first === undefined || last === undefined)
          throw new NotUnderstood(`the range ${JSON.stringify(range)}`);
        return asPair(this.#space.between([first[0], last[1]]));
      }
      if (typeof value === "string") return this.#addresses(value);
      throw new NotUnderstood(`the address ${JSON.stringify(value)}`);
    }
    if (range !== undefined) return [numberOf(range[0], subject.names), numberOf(range[1], subject.names)];
    const number = numberOf(value, subject.names);
    return [number, number];
  }

  #addresses(text: string): readonly [number, number] {
    if (stretchOf(text) === undefined) throw new NotUnderstood(`the address ${text}`);
    const atoms = this.#space.of(text);
    if (atoms.length === 0) throw new NotUnderstood(`the address ${text} of the other family`);
    return asPair(atoms);
  }
}

function narrowed(implied: Box, field: Field, values: Intervals): PacketSet {
  const all = { ...implied, [field]: values };
  const both = intersectBoxes(implied, all);
  return both === undefined ? [] : [both];
}

function joined(a: Alternative, b: Alternative): Alternative {
  const packetsOfBoth = a.packets.flatMap((left) =>
    b.packets.flatMap((right) => intersectBoxes(left, right) ?? []),
  );
  return { ...a, ...b, packets: packetsOfBoth };
}

function wayBack(fib: Properties, negated: boolean, right: unknown): Match {
  const flags = listOf(fib.flags).map(String).sort().join(" ");
  if (fib.result !== "oif" || flags !== "iif saddr") {
    throw new NotUnderstood(`fib ${flags} ${String(fib.result)}`);
  }
  // The interface's number: 0, which libnftables also writes as false, means that there is none.
  if (right !== false && right !== 0 && right !== true) throw new NotUnderstood("fib of a given interface");
  return { kind: "way-back", exists: (right === true) !== negated };
}
