/** Scaleway's own machines as nodes: no kernel of ours, no rules, no routes; a leg on each network, and what they do with a connection. */
import type { Leg, Node, Translation } from "../network.ts";

/** What is told of one, from whichever source. */
export interface ProductParts {
  readonly key: string;
  readonly name: string;
  readonly kind: "load-balancer" | "gateway" | "managed";
  readonly origin: Node["origin"];
  readonly zone: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly legs: readonly Leg[];
  readonly publicAddresses: readonly string[];
  readonly translations: readonly Translation[];
}

export function productNode({ tags, publicAddresses, ...parts }: ProductParts): Node {
  return {
    ...parts,
    role: tags.get("role") ?? parts.kind,
    application: tags.get("application"),
    workload: tags.get("workload"),
    publicInterface:
      publicAddresses.length === 0
        ? undefined
        : { interface: "public", addresses: publicAddresses, securityGroup: undefined },
    rulesets: [],
    forwards: { 4: false, 6: false },
    speaks: { 4: true, 6: true },
    routes: [],
    carriedBy: [],
  };
}

/** Its leg on a private network; the name is for words. */
export function productLeg({
  network,
  addresses,
}: {
  readonly network: string;
  readonly addresses: readonly string[];
}): Leg {
  return {
    interface: `leg-${network}`,
    privateNetwork: network,
    addresses,
    virtualAddresses: [],
    beyond: [],
  };
}
