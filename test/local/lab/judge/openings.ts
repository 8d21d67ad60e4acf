/**
 * What rules mean to open, read from their text by its format alone: whom and what each accepting rule names. Only a source of flows worth
 * trying: whether one passes is for the kernel and the verifier to say.
 */
import type { Network } from "../../../../model/proof/network.ts";

export interface Opening {
  readonly sources: readonly string[];
  readonly destinations: readonly string[];
  readonly protocol: "tcp" | "udp";
  readonly ports: readonly number[];
}

interface Match {
  readonly op: string;
  readonly left: { readonly payload?: { readonly protocol: string; readonly field: string } };
  readonly right: unknown;
}

/** Every opening of every node's last ruleset; a rule that names no address means the node's own. */
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
    if (match?.left.payload === undefined || match.op === "!=") continue;
    const { protocol, field } = match.left.payload;
    named.set(field, valuesOf(match.right));
    if (field === "dport") named.set("protocol", [protocol]);
  }
  const ports = (named.get("dport") ?? []).filter((each) => typeof each === "number");
  const protocol = named.get("protocol")?.[0];
  if (ports.length === 0 || (protocol !== "tcp" && protocol !== "udp")) return [];
  const addresses = (field: string): readonly string[] =>
    named.get(field)?.filter((each) => typeof each === "string") ?? own;
  return [{ sources: addresses("saddr"), destinations: addresses("daddr"), protocol, ports }];
}

function valuesOf(right: unknown): readonly unknown[] {
  if (typeof right !== "object" || right === null) return [right];
  const { set, range } = right as { readonly set?: readonly unknown[]; readonly range?: readonly unknown[] };
  return (set ?? range ?? []).flatMap(valuesOf);
}
