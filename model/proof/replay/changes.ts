/** What of a network is not as it was an instant before, as the tokens that answers depend on. */
import { tokens } from "../fabric.ts";
import type { Network, Node } from "../network.ts";

/** Everything at first: without a network before, all is new. */
export function changesBetween(before: Network | undefined, after: Network): ReadonlySet<string> {
  const found = new Set<string>();
  nodesChanged(before?.nodes ?? [], after.nodes, found);
  const translators = after.nodes.filter(({ kind }) => kind === "load-balancer" || kind === "gateway");
  for (const one of differing(before?.privateNetworks ?? [], after.privateNetworks)) {
    found.add(tokens.network(one.key)).add(tokens.vpc(one.vpc));
    // What they translate depends on which prefixes are inside.
    for (const { key } of translators) found.add(tokens.node(key));
  }
  for (const { key, connectedTo } of differing(before?.vpcs ?? [], after.vpcs))
    for (const each of [key, ...connectedTo]) found.add(tokens.vpc(each));
  const doubts = (network: Network | undefined): ReadonlySet<string> =>
    new Set(
      (network?.undetermined ?? []).map((each) => JSON.stringify([each.scope, each.property, each.why])),
    );
  const [old, now] = [doubts(before), doubts(after)];
  for (const text of [...old, ...now]) {
    if (old.has(text) && now.has(text)) continue;
    const [scope] = JSON.parse(text) as [string | null];
    if (scope === null) found.add(tokens.everything);
    else found.add(tokens.node(scope)).add(tokens.vpc(scope)).add(tokens.network(scope));
  }
  return found;
}

function nodesChanged(before: readonly Node[], after: readonly Node[], found: Set<string>): void {
  const old = new Map(before.map((node) => [node.key, node]));
  const now = new Map(after.map((node) => [node.key, node]));
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(key), now.get(key)];
    if (was === is) continue;
    found.add(tokens.node(key));
    const both = [was, is].filter((node) => node !== undefined);
    if (!same(was?.publicInterface, is?.publicInterface)) found.add(tokens.internet);
    if (!same(was?.legs, is?.legs) || !same(was?.speaks, is?.speaks)) {
      for (const { legs } of both)
        for (const { privateNetwork } of legs) found.add(tokens.network(privateNetwork ?? ""));
    }
    // Which legs of a carrier only hand frames on depends on its guests.
    if (!same(was?.carriedBy, is?.carriedBy))
      for (const { carriedBy } of both) for (const carrier of carriedBy) found.add(tokens.node(carrier));
  }
}

function differing<Item extends { readonly key: string }>(
  before: readonly Item[],
  after: readonly Item[],
): readonly Item[] {
  const texts = new Map(before.map((each) => [JSON.stringify(each), each]));
  const fresh = after.filter((each) => !texts.delete(JSON.stringify(each)));
  return [...fresh, ...texts.values()];
}

function same(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
