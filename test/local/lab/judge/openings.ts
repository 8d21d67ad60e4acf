/**
 * What rules mean to open, read from their text by its format alone: whom and what each accepting rule names. Only a source of flows worth
 * trying: whether one passes is for the kernel and the verifier to say.
 */
import type { Network } from "../../../../model/proof/network.ts";

export interface Opening {
  /** Addresses and prefixes. */
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  readonly protocol: "tcp" | "udp";
  readonly ports: readonly number[];
  /** Whether it has to do with what lies outside the estate: there addresses are translated. */
  readonly outside: boolean;
}

interface Match {
  readonly op: string;
  readonly left: { readonly payload?: { readonly protocol: string; readonly field: string } };
  readonly right: unknown;
}

/** Documentation's prefixes, of which labs draw who is outside. */
const elsewhere = ["198.51.100.0/24", "203.0.113.0/24"];

/** Every opening of every node's last ruleset; a rule that names no address means the node's own, all but some is what lies outside. */
export function openingsOf({ nodes }: Network): readonly Opening[] {
  return nodes.flatMap(({ legs, rulesets }) => {
    const own = legs
      .flatMap((leg) => [...leg.addresses, ...leg.virtualAddresses])
      .map((each) => each.split("/")[0] as string);
    const text = rulesets.at(-1)?.json;
    return text === undefined ? [] : rulesOf(text).flatMap((expr) => openingOf(expr, own));
  });
}

type Expressions = readonly Readonly<Record<string, unknown>>[];

function rulesOf(text: string): readonly Expressions[] {
  const { nftables } = JSON.parse(text) as {
    readonly nftables: readonly { readonly add?: { readonly rule?: { readonly expr: Expressions } } }[];
  };
  return nftables.flatMap(({ add }) => (add?.rule === undefined ? [] : [add.rule.expr]));
}

function openingOf(expressions: Expressions, own: readonly string[]): readonly Opening[] {
  if (!expressions.some((each) => "accept" in each || "dnat" in each || "masquerade" in each)) return [];
  const named = new Map<string, readonly unknown[]>();
  for (const { match } of expressions as readonly { readonly match?: Match }[]) {
    if (match?.left.payload === undefined) continue;
    const { protocol, field } = match.left.payload;
    named.set(field, match.op === "!=" ? elsewhere : valuesOf(match.right));
    if (field === "dport") named.set("protocol", [protocol]);
  }
  const ports = (named.get("dport") ?? []).filter((each) => typeof each === "number");
  const protocol = named.get("protocol")?.[0];
  if (ports.length === 0 || (protocol !== "tcp" && protocol !== "udp")) return [];
  const addresses = (field: string): readonly string[] =>
    named.get(field)?.filter((each) => typeof each === "string") ?? own;
  const translates = expressions.some((each) => "dnat" in each);
  const sources = translates && !named.has("saddr") ? elsewhere : addresses("saddr");
  const outside = translates || named.get("daddr") === elsewhere;
  return [{ sources, destinations: addresses("daddr"), protocol, ports, outside }];
}

function valuesOf(right: unknown): readonly unknown[] {
  if (typeof right !== "object" || right === null) return [right];
  const { set, range, prefix } = right as {
    readonly set?: readonly unknown[];
    readonly range?: readonly unknown[];
    readonly prefix?: { readonly addr: string; readonly len: number };
  };
  if (prefix !== undefined) return [`${prefix.addr}/${prefix.len}`];
  return (set ?? range ?? []).flatMap(valuesOf);
}
